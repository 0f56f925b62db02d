//! Whether a browser sent the request from our own page. Programs send neither header and pass:
//! they hold no cookie that someone else could ride on.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderName},
};
use switchboard_chassis::{problem::Problem, settings::DeskSettings};

use crate::fault;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what a browser says comes from another site.
///
/// # Errors
/// The problem to answer with.
pub(crate) fn check(request: &HttpRequest, settings: &DeskSettings) -> Result<(), Problem> {
    let site = text(request, &SEC_FETCH_SITE);
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(fault::forged("Another web site sent this request."));
    }
    match text(request, &header::ORIGIN) {
        Some(origin) if !is_ours(origin, request, settings) => {
            Err(fault::forged("The Origin of this request is not the desk's address."))
        }
        _ => Ok(()),
    }
}

/// The address that the browser used (Host), or the one that the configuration says.
fn is_ours(origin: &str, request: &HttpRequest, settings: &DeskSettings) -> bool {
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = text(request, &header::HOST).unwrap_or_default();
    let public = settings.public_url.origin().ascii_serialization();
    origin == public || (!authority.is_empty() && authority.eq_ignore_ascii_case(host))
}

fn text<'a>(request: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap_or("?"))
}
