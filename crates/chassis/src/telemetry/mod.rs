//! Logs to standard error, traces to a collector, and the trace context that travels in messages.

mod context;
mod export;

use std::time::Duration;

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Level, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::Targets,
    layer::SubscriberExt,
    registry::LookupSpan,
    util::{SubscriberInitExt, TryInitError},
};

use crate::settings::{LogFormat, TelemetrySettings};

pub use context::{inject_current, inject_span, set_parent};

/// How long the last traces may take to leave when the process ends.
const FLUSH_SECONDS: Duration = Duration::from_secs(3);

/// Why there is no telemetry.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter makes no sense.
    #[error("telemetry.log is no filter: {0}; write a level such as info")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Something else has set up logs in this process.
    #[error("logs are set up already: {0}; set them up once in a process")]
    Twice(#[from] TryInitError),
    /// Traces cannot be sent.
    #[error("traces cannot be sent to telemetry.otlp_endpoint: {0}; correct it or leave it empty")]
    Export(String),
}

/// Keep it until the process ends: dropped, it sends the last traces.
#[derive(Debug)]
#[must_use = "traces stop when this is dropped"]
pub struct Telemetry {
    provider: SdkTracerProvider,
    courier: Option<export::Courier>,
}

/// Sets up logs and traces for the process, as `service` unless the settings name another.
///
/// # Errors
/// [`TelemetryError`].
pub fn init(settings: &TelemetrySettings, service: &str) -> Result<Telemetry, TelemetryError> {
    crate::install_crypto();
    let name = match settings.service_name.as_str() {
        "" => service.to_owned(),
        name => name.to_owned(),
    };
    let resource = Resource::builder().with_service_name(name).build();
    // Without an exporter spans still get ids: the context travels in any case.
    let builder = SdkTracerProvider::builder().with_resource(resource);
    let (provider, courier) = match &settings.otlp_endpoint {
        None => (builder.build(), None),
        Some(endpoint) => {
            let courier = export::Courier::start().map_err(TelemetryError::Export)?;
            let exporter = courier.exporter(endpoint).map_err(TelemetryError::Export)?;
            (builder.with_batch_exporter(exporter).build(), Some(courier))
        }
    };
    let telemetry = Telemetry { provider, courier };
    let filter = EnvFilter::builder().parse(&settings.log)?;
    // lapin logs a message that comes back with its body, which holds what customers wrote.
    let filter = filter.add_directive("lapin::returned_messages=off".parse()?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match settings.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(telemetry.layer())
        .try_init()?;
    Ok(telemetry)
}

impl Telemetry {
    /// Records our spans, whatever the log shows, so that traces do not depend on it; and not
    /// those of the client that sends them.
    fn layer<S>(&self) -> impl Layer<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer = self.provider.tracer("switchboard");
        let ours = Targets::new().with_target("switchboard", Level::INFO);
        tracing_opentelemetry::layer().with_tracer(tracer).with_filter(ours)
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FLUSH_SECONDS) {
            tracing::warn!(%error, "the last traces were not sent");
        }
        if let Some(courier) = self.courier.take() {
            courier.stop();
        }
    }
}
