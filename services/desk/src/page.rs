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
const JS: &str = "text/javascript; charset=utf-8";

/// Embeds a file of `web/`.
macro_rules! file {
    ($path:literal, $kind:expr, $name:literal) => {
        File { path: $path, kind: $kind, body: include_str!(concat!("../web/", $name)) }
    };
}

const FILES: &[File] = &[
    file!("/", HTML, "index.html"),
    file!("/app.css", CSS, "app.css"),
    file!("/main.js", JS, "main.js"),
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
