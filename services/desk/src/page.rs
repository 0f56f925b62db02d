//! The agents' page: plain files inside the binary. `web/` has the sources, which are also what is
//! served; nothing is built.

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig},
};

/// A file of the page.
struct File {
    path: &'static str,
    kind: &'static str,
    body: &'static str,
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JS: &str = "text/javascript; charset=utf-8";

/// Embeds a file of `web/`.
macro_rules! file {
    ($path:literal, $kind:expr, $name:literal) => {
        File { path: $path, kind: $kind, body: include_str!(concat!("../web/", $name)) }
    };
}

const FILES: &[File] = &[
    file!("/", HTML, "index.html"),
    file!("/icon.svg", SVG, "icon.svg"),
    file!("/app.css", CSS, "app.css"),
    file!("/actions.js", JS, "actions.js"),
    file!("/api.js", JS, "api.js"),
    file!("/composer.js", JS, "composer.js"),
    file!("/dom.js", JS, "dom.js"),
    file!("/format.js", JS, "format.js"),
    file!("/list.js", JS, "list.js"),
    file!("/main.js", JS, "main.js"),
    file!("/message.js", JS, "message.js"),
    file!("/presence.js", JS, "presence.js"),
    file!("/socket.js", JS, "socket.js"),
    file!("/state.js", JS, "state.js"),
    file!("/sync.js", JS, "sync.js"),
    file!("/thread.js", JS, "thread.js"),
];

/// Mounts the page.
pub(crate) fn mount(app: &mut ServiceConfig) {
    for file in FILES {
        app.route(file.path, web::get().to(move || async move { serve(file) }));
    }
}

fn serve(file: &'static File) -> HttpResponse {
    HttpResponse::Ok().content_type(file.kind).body(file.body)
}
