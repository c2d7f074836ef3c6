package io.vigie.job;

import io.vigie.correlation.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * Tells every subtask of a keyed operator something, in the channels in which the keyed records
 * travel, so that it overtakes none of them. Sender and receiver have the same parallelism.
 */
final class Routes {
  private final List<String> keys = new ArrayList<>();

  Routes(TaskInfo task) {
    int subtasks = task.getNumberOfParallelSubtasks();
    for (int subtask = 0; subtask < subtasks; subtask++) {
      keys.add(keyOf(subtask, subtasks, task.getMaxNumberOfParallelSubtasks()));
    }
  }

  /** A key whose records reach that subtask. */
  static String keyOf(int subtask, int subtasks, int keyGroups) {
    for (int i = 0; ; i++) {
      String key = "to-" + i;
      if (KeyGroupRangeAssignment.assignKeyToParallelOperator(key, keyGroups, subtasks)
          == subtask) {
        return key;
      }
    }
  }

  /** The same progress for each subtask. */
  void toAll(Progress progress, Consumer<Progress> out) {
    keys.forEach(key -> out.accept(progress.to(key)));
  }
}
