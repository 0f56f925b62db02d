//! Sending traces by OTLP over HTTP.
//!
//! The SDK exports on a thread of its own that has no tokio, and the HTTP client needs one. So
//! exports run on a small runtime that belongs to telemetry alone: it works whatever runtime the
//! service has, and when that one is busy or ending.

use std::{sync::Arc, time::Duration};

use opentelemetry_otlp::{Protocol, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use tokio::runtime::{Builder, Handle, Runtime};
use url::Url;

/// How long one export may take.
const EXPORT_DEADLINE: Duration = Duration::from_secs(5);

/// The runtime that exports run on.
#[derive(Debug)]
pub(super) struct Courier(Runtime);

impl Courier {
    pub(super) fn start() -> Result<Self, String> {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).thread_name("telemetry").enable_all();
        runtime.build().map(Self).map_err(|error| error.to_string())
    }

    pub(super) fn exporter(&self, endpoint: &Url) -> Result<Exporter, String> {
        // As the OTLP specification appends it to a base address.
        let endpoint = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
        let inner = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(endpoint)
            .with_timeout(EXPORT_DEADLINE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Exporter { inner: Arc::new(inner), runtime: self.0.handle().clone() })
    }

    /// Ends without waiting: a runtime must not be dropped inside another.
    pub(super) fn stop(self) {
        self.0.shutdown_background();
    }
}

/// The OTLP exporter, moved to the courier's runtime.
#[derive(Debug)]
pub(super) struct Exporter {
    inner: Arc<opentelemetry_otlp::SpanExporter>,
    runtime: Handle,
}

impl SpanExporter for Exporter {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let inner = Arc::clone(&self.inner);
        let sent = self.runtime.spawn(async move { inner.export(batch).await });
        sent.await.map_err(|error| OTelSdkError::InternalFailure(error.to_string()))?
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        // Called once, before the first export, when there is no other owner.
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.set_resource(resource);
        }
    }
}
