//! The trace context of W3C (<https://www.w3.org/TR/trace-context/>) as two texts, the way messages
//! and HTTP requests carry it. Empty texts are no context.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The context of the current span as (traceparent, tracestate), for a message that follows from
/// it. Both empty outside of any span.
#[must_use]
pub fn inject_current() -> (String, String) {
    inject_span(&Span::current())
}

/// The context of a span as (traceparent, tracestate).
#[must_use]
pub fn inject_span(span: &Span) -> (String, String) {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut carrier);
    let mut take = |key| carrier.remove(key).unwrap_or_default();
    (take(PARENT), take(STATE))
}

/// Makes a span follow from the context that a message carried. Call it before the span is
/// entered; a context that is empty or malformed leaves the span as it is.
pub fn set_parent(span: &Span, traceparent: &str, tracestate: &str) {
    if traceparent.is_empty() {
        return;
    }
    let carrier = HashMap::from([
        (PARENT.to_owned(), traceparent.to_owned()),
        (STATE.to_owned(), tracestate.to_owned()),
    ]);
    let context = TraceContextPropagator::new().extract(&carrier);
    // A span that is not recorded has no parent to set; that is no failure.
    let _ = span.set_parent(context);
}
