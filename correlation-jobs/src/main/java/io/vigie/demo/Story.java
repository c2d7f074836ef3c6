package io.vigie.demo;

import java.util.List;

/** An attack. */
interface Story extends Activity {

  /** Every alert that the rule library must raise on it, and there must be no other. */
  List<ExpectedAlert> expectedAlerts();
}
