//! Counters, gauges and histograms, shown to Prometheus.
//!
//! A process has one set, made when first used. Names are dotted and without unit
//! (`switchboard.ingress.events`); Prometheus sees underscores, `_total` on counters and `_seconds`
//! on times. Labels must have few values: never an id, never a text.

use std::sync::OnceLock;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus::{Registry, TextEncoder};

pub use opentelemetry::{
    KeyValue,
    metrics::{Counter, Gauge, Histogram, UpDownCounter},
};

/// Seconds; from a fast database write to a slow bot.
const TIMES: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The content type of [`render`]'s text.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

struct Metrics {
    registry: Registry,
    meter: Meter,
    /// Instruments fall silent when it is dropped.
    _provider: SdkMeterProvider,
}

fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .scope_info_enabled(false)
            .without_target_info()
            .build();
        let builder = SdkMeterProvider::builder();
        let provider = match exporter {
            Ok(exporter) => builder.with_reader(exporter).build(),
            // A fresh registry has nothing to clash with; should it refuse, we go on unmeasured.
            Err(error) => {
                tracing::error!(%error, "metrics are off");
                builder.build()
            }
        };
        Metrics { registry, meter: provider.meter("switchboard"), _provider: provider }
    })
}

/// Counts what happens. Keep the counter: looking it up costs more than counting.
#[must_use]
pub fn counter(name: &'static str, help: &'static str) -> Counter<u64> {
    metrics().meter.u64_counter(name).with_description(help).build()
}

/// Counts what comes and goes.
#[must_use]
pub fn up_down(name: &'static str, help: &'static str) -> UpDownCounter<i64> {
    metrics().meter.i64_up_down_counter(name).with_description(help).build()
}

/// Shows a number as it is now.
#[must_use]
pub fn gauge(name: &'static str, help: &'static str) -> Gauge<f64> {
    metrics().meter.f64_gauge(name).with_description(help).build()
}

/// How long things take, in seconds.
#[must_use]
pub fn seconds(name: &'static str, help: &'static str) -> Histogram<f64> {
    let histogram = metrics().meter.f64_histogram(name).with_description(help).with_unit("s");
    histogram.with_boundaries(TIMES.to_vec()).build()
}

/// How many things at once (batch sizes), or how large they are.
#[must_use]
pub fn sizes(name: &'static str, help: &'static str) -> Histogram<u64> {
    let bounds = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0];
    let histogram = metrics().meter.u64_histogram(name).with_description(help);
    histogram.with_boundaries(bounds.to_vec()).build()
}

/// All metrics of the process in Prometheus's text format.
#[must_use]
pub fn render() -> String {
    let families = metrics().registry.gather();
    TextEncoder::new().encode_to_string(&families).unwrap_or_else(|error| {
        tracing::error!(%error, "metrics cannot be shown");
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_reach_prometheus_in_its_style() {
        counter("switchboard.test.events", "Events seen").add(3, &[KeyValue::new("kind", "text")]);
        seconds("switchboard.test.wait", "Time waited").record(0.2, &[]);
        gauge("switchboard.test.load", "Load").record(0.5, &[]);
        let text = render();
        assert!(text.contains("# HELP switchboard_test_events_total Events seen"), "{text}");
        assert!(text.contains("switchboard_test_events_total{kind=\"text\"} 3"), "{text}");
        assert!(text.contains("switchboard_test_wait_seconds_bucket{le=\"0.25\"} 1"), "{text}");
        assert!(text.contains("switchboard_test_load 0.5"), "{text}");
    }
}
