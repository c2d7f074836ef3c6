package io.vigie.job;

import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.io.network.netty.InboundChannelHandlerFactory;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderValues;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpMethod;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;

/**
 * Makes Flink's page one for looking only. Its own options take the buttons away, but its REST
 * interface would still cancel the job for whoever asks. Flink finds this class by its service
 * file.
 */
public final class ReadOnlyPage implements InboundChannelHandlerFactory {

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<ChannelHandler> createHandler(
      Configuration configuration, Map<String, String> responseHeaders) {
    return Optional.of(new RefuseChanges());
  }

  /** Whether a request changes nothing; Flink also knows two GET addresses that end a job. */
  static boolean onlyLooks(HttpMethod method, String uri) {
    boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    return reads && !uri.contains("/yarn-cancel") && !uri.contains("/yarn-stop");
  }

  private static final class RefuseChanges extends ChannelInboundHandlerAdapter {
    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      boolean changes =
          message instanceof HttpRequest request && !onlyLooks(request.method(), request.uri());
      if (!changes && !refused) {
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
      if (!refused) {
        refused = true;
        DefaultFullHttpResponse refusal =
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN);
        refusal.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        refusal.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        var unused = context.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
      }
    }
  }
}
