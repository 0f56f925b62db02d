//! One trace for a message: from the webhook through every service to the call to Meta.

use switchboard_tests::{Outcome, World, collector::Trace, in_mode, shop::WHATSAPP, wait};

in_mode!(traced_embedded: one_trace_spans_all_services);
in_mode!(traced_distributed: one_trace_spans_all_services);

/// A span of each service that a message passes through: ingress, router, bot, outbound.
const SPANS: [&str; 4] = ["webhook", "apply", "bot_turn", "graph_call"];

async fn one_trace_spans_all_services(world: &mut World) -> Outcome {
    let customer = world.customer(WHATSAPP, 1)?;
    customer.says("hours").await?;
    customer.receives(1).await?;
    let collector = world.collector()?;
    wait::until("one trace has a span of each service", async || {
        let traces = collector.traces();
        let names = |trace: &Trace| trace.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        let complete = |trace: &&Trace| {
            let names = names(trace);
            SPANS.iter().all(|span| names.iter().any(|name| name == span))
        };
        traces
            .iter()
            .find(complete)
            .map(drop)
            .ok_or_else(|| format!("the traces are {traces:#?}").into())
    })
    .await
}
