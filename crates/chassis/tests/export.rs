//! Traces reach a collector, at the latest when the process ends. Alone in its file: a process has
//! one set-up of its logs.

#[cfg(test)]
mod export {
    use actix_web::{HttpResponse, web};
    use switchboard_chassis::{http, settings::Settings, telemetry};
    use tokio::sync::mpsc;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_last_spans_are_sent_when_telemetry_is_dropped() {
        let (sender, mut received) = mpsc::unbounded_channel();
        let collector = http::serve("127.0.0.1:0".parse().unwrap(), move |app| {
            let sender = sender.clone();
            let take = move |body: web::Bytes| {
                let sent = sender.send(body).is_ok();
                async move { HttpResponse::Ok().content_type("text/plain").body(sent.to_string()) }
            };
            app.route("/v1/traces", web::post().to(take));
        });
        let collector = collector.unwrap();
        let endpoint = ("SWITCHBOARD__TELEMETRY__OTLP_ENDPOINT".to_owned(), collector.url());
        let settings = Settings::from_sources(None, [endpoint]).unwrap();

        let telemetry = telemetry::init(&settings.telemetry, "the-service").unwrap();
        tracing::info_span!(target: "switchboard_test", "a-telling-name").in_scope(|| {});
        tracing::info_span!(target: "hyper", "of-the-client").in_scope(|| {});
        drop(telemetry);

        let body = received.try_recv().unwrap();
        let holds = |text: &str| body.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(holds("a-telling-name") && holds("the-service"));
        assert!(!holds("of-the-client"));
        collector.stop().await;
    }
}
