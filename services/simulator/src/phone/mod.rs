//! The page that plays the customer's phone: plain HTML, CSS and JavaScript,
//! embedded, over the control interface.

use actix_web::{HttpResponse, web};

/// Only our own scripts and styles; pictures and sounds from anywhere, as messages
/// name them.
const POLICY: &str = "default-src 'self'; img-src * data:; media-src *";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

/// What the page loads: name, kind, content.
const FILES: [(&str, &str, &str); 7] = [
    ("phone.css", STYLE, include_str!("phone.css")),
    ("phone.js", SCRIPT, include_str!("phone.js")),
    ("conversation.js", SCRIPT, include_str!("conversation.js")),
    ("dom.js", SCRIPT, include_str!("dom.js")),
    ("menus.js", SCRIPT, include_str!("menus.js")),
    ("message.js", SCRIPT, include_str!("message.js")),
    ("sheet.js", SCRIPT, include_str!("sheet.js")),
];

/// Routes of the page.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.route("/phone", web::get().to(page)).route("/phone/{file}", web::get().to(file));
}

async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header(("Content-Security-Policy", POLICY))
        .body(include_str!("phone.html"))
}

async fn file(name: web::Path<String>) -> HttpResponse {
    match FILES.iter().find(|(own, _, _)| *own == name.as_str()) {
        Some((_, kind, content)) => HttpResponse::Ok().content_type(*kind).body(*content),
        None => HttpResponse::NotFound().finish(),
    }
}
