//! A collector of traces: takes what the processes send by OTLP over HTTP, and keeps what is needed
//! to tell which services one trace went through.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpResponse,
    web::{self, Bytes, Data},
};
use prost::Message;
use switchboard_chassis::http::{self, Server};

use crate::Outcome;

/// `ExportTraceServiceRequest` of opentelemetry-proto, as far as it is read.
#[derive(Clone, PartialEq, Message)]
struct Export {
    #[prost(message, repeated, tag = "1")]
    resource_spans: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scope_spans: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(string, tag = "1")]
    string: String,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<RawSpan>,
}

#[derive(Clone, PartialEq, Message)]
struct RawSpan {
    #[prost(bytes = "vec", tag = "1")]
    trace_id: Vec<u8>,
    #[prost(string, tag = "5")]
    name: String,
}

/// The spans of a trace: service and name.
pub type Trace = BTreeSet<(String, String)>;

type Kept = Mutex<BTreeMap<String, Trace>>;

/// A running collector.
#[derive(Debug)]
pub struct Collector {
    server: Server,
    kept: Arc<Kept>,
}

impl Collector {
    /// Starts on a free port.
    ///
    /// # Errors
    /// When none is free.
    pub fn start() -> Outcome<Self> {
        let kept = Arc::new(Kept::default());
        let shared = Data::from(Arc::clone(&kept));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = http::serve(address, move |app| {
            app.app_data(shared.clone()).route("/v1/traces", web::post().to(take));
        })?;
        Ok(Self { server, kept })
    }

    /// For `telemetry.otlp_endpoint`.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// All traces that came so far.
    #[must_use]
    pub fn traces(&self) -> Vec<Trace> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

async fn take(kept: Data<Kept>, body: Bytes) -> HttpResponse {
    let Ok(export) = Export::decode(body) else { return HttpResponse::BadRequest().finish() };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    for of_resource in export.resource_spans {
        let attributes = of_resource.resource.unwrap_or_default().attributes;
        let named = attributes.into_iter().find(|attribute| attribute.key == "service.name");
        let service = named.and_then(|named| named.value).unwrap_or_default().string;
        for span in of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let trace = kept.entry(hex::encode(span.trace_id)).or_default();
            trace.insert((service.clone(), span.name));
        }
    }
    HttpResponse::Ok().finish()
}
