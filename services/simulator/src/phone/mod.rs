//! The page that plays the customer's phone: plain HTML, CSS and JavaScript,
//! embedded, over the control interface.

use actix_web::{HttpResponse, web};

/// Only our own scripts and styles; pictures from anywhere, as messages name them.
const POLICY: &str = "default-src 'self'; img-src * data:";

/// Routes of the page.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/phone", web::get().to(page))
        .route("/phone/phone.css", web::get().to(style))
        .route("/phone/phone.js", web::get().to(script));
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Content-Security-Policy", POLICY))
        .body(include_str!("phone.html"))
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("phone.css"))
}

async fn script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(include_str!("phone.js"))
}
