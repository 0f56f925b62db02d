//! The HTTP server and the health endpoints over real sockets.

#[cfg(test)]
mod http {
    use std::{net::SocketAddr, sync::Arc};

    use actix_web::{HttpResponse, web};
    use serde_json::{Value, json};
    use switchboard_chassis::{
        health::Health,
        http::{self, BindError},
        install_crypto,
        problem::Problem,
        shutdown::Shutdown,
    };
    use tokio::{sync::Notify, sync::watch};

    fn any_port() -> SocketAddr {
        "127.0.0.1:0".parse().unwrap()
    }

    async fn get(url: String) -> (u16, String, String) {
        install_crypto();
        let answer = reqwest::Client::new().get(url).send().await.unwrap();
        let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), kind, answer.text().await.unwrap())
    }

    #[tokio::test]
    async fn readiness_follows_the_checks() {
        let health = Health::new();
        let (state, seen) = watch::channel(false);
        health.watch("queue", seen, |up| if *up { Ok(()) } else { Err("no broker".into()) });
        health.check("store", async || Ok(()));
        let server = health.serve(any_port()).unwrap();

        let (status, _, body) = get(format!("{}/health/ready", server.url())).await;
        assert_eq!(status, 503);
        let expected = json!({ "ready": false, "checks": [
            { "name": "queue", "ok": false, "detail": "no broker" },
            { "name": "store", "ok": true, "detail": "" },
        ]});
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
        assert_eq!(get(format!("{}/health/live", server.url())).await.0, 200);

        state.send_replace(true);
        assert_eq!(get(format!("{}/health/ready", server.url())).await.0, 200);
        server.stop().await;
    }

    #[tokio::test]
    async fn a_check_that_hangs_or_panics_fails() {
        let health = Health::new();
        health.check("hangs", std::future::pending);
        health.check("panics", async || panic!("a bug in a check"));
        let report = health.report().await;
        assert!(!report.ready);
        assert_eq!(report.checks[0].detail, "no answer within 2 s");
        assert_eq!(report.checks[1].detail, "the check itself failed");
    }

    #[tokio::test]
    async fn requests_are_measured_by_route_and_strangers_by_none() {
        let health = Health::new();
        let server = health.serve(any_port()).unwrap();
        let (status, kind, body) = get(format!("{}/secret/path", server.url())).await;
        assert_eq!((status, kind.as_str()), (404, "application/problem+json"));
        let expected = json!({ "type": "about:blank", "title": "Not Found", "status": 404 });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
        get(format!("{}/health/live", server.url())).await;
        let (_, kind, text) = get(format!("{}/metrics", server.url())).await;
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        for labels in [
            "method=\"GET\",route=\"(none)\",status=\"404\"",
            "method=\"GET\",route=\"/health/live\",status=\"200\"",
        ] {
            let line = format!("switchboard_http_request_seconds_count{{{labels}}}");
            assert!(text.contains(&line), "{line} in {text}");
        }
        assert!(!text.contains("secret"), "{text}");
        server.stop().await;
    }

    #[tokio::test]
    async fn errors_are_problems_with_a_next_step() {
        async fn refuse(_: web::Query<Vec<(u8, u8)>>) -> Result<HttpResponse, Problem> {
            let status = actix_web::http::StatusCode::CONFLICT;
            let problem = Problem::new(status, "window-closed", "The window is closed");
            Err(problem.detail("24 h have passed").next_step("send a template"))
        }
        let configure = |app: &mut web::ServiceConfig| {
            app.route("/send", web::get().to(refuse));
        };
        let server = http::serve(any_port(), configure).unwrap();
        let (status, kind, body) = get(format!("{}/send", server.url())).await;
        assert_eq!((status, kind.as_str()), (409, "application/problem+json"));
        let expected = json!({
            "type": "urn:switchboard:problem:window-closed",
            "title": "The window is closed",
            "status": 409,
            "detail": "24 h have passed",
            "next_step": "send a template",
        });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
        let (status, kind, _) = get(format!("{}/send?a=b", server.url())).await;
        assert_eq!((status, kind.as_str()), (400, "application/problem+json"));
        server.stop().await;
    }

    #[tokio::test]
    async fn a_stop_lets_the_requests_in_flight_end_and_frees_the_port() {
        let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let notes = (Arc::clone(&arrived), Arc::clone(&go));
        let server = http::serve(any_port(), move |app| {
            let (arrived, go) = notes.clone();
            let slow = move || {
                let (arrived, go) = (Arc::clone(&arrived), Arc::clone(&go));
                async move {
                    arrived.notify_one();
                    go.notified().await;
                    HttpResponse::Ok().content_type("text/plain").body("done")
                }
            };
            app.route("/slow", web::get().to(slow));
        });
        let server = server.unwrap();
        let (address, url) = (server.address(), server.url());
        let BindError { address: taken, .. } = Health::new().serve(address).unwrap_err();
        assert_eq!(taken, address);

        let request = tokio::spawn(get(format!("{url}/slow")));
        arrived.notified().await;
        let shutdown = Shutdown::new();
        let running = tokio::spawn(server.run_until(shutdown.clone()));
        shutdown.trigger();
        go.notify_one();
        assert_eq!(request.await.unwrap().2, "done");
        running.await.unwrap();
        Health::new().serve(address).unwrap().stop().await;
    }
}
