//! Requests that no operation takes: the path is none (404), or has no such method (405).

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use switchboard_chassis::problem::Problem;
use utoipa::openapi::PathItem;

use super::openapi::DOCUMENT;

/// What is answered.
pub(super) async fn answer(request: HttpRequest) -> HttpResponse {
    let path = request.path().trim_start_matches("/api/v1");
    let mut known = DOCUMENT.paths.paths.iter();
    match known.find(|(template, _)| matches(template, path)) {
        Some((_, item)) => wrong_method(&methods(item)),
        None => nothing_there(),
    }
}

fn nothing_there() -> HttpResponse {
    Problem::of_status(StatusCode::NOT_FOUND)
        .detail("The API has no such path.")
        .next_step("GET /api/v1/openapi.json describes every operation.")
        .error_response()
}

/// 405 with what there is instead. (RFC 9110, 15.5.6)
fn wrong_method(allowed: &str) -> HttpResponse {
    let problem = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED)
        .detail("The path is right, and does not take this method.")
        .next_step(format!("Use {allowed}; GET /api/v1/openapi.json describes each."));
    let mut response = problem.error_response();
    if let Ok(allowed) = header::HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// The methods of a path, as `Allow` lists them.
fn methods(item: &PathItem) -> String {
    let all = [
        (item.get.is_some(), "GET"),
        (item.put.is_some(), "PUT"),
        (item.post.is_some(), "POST"),
        (item.delete.is_some(), "DELETE"),
    ];
    let there: Vec<&str> = all.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
    there.join(", ")
}

/// Whether a path is one of the template's; `{name}` stands for any one part.
fn matches(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let same = |(wanted, given): (&str, &str)| {
        wanted == given || (wanted.starts_with('{') && !given.is_empty())
    };
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if same((wanted, given)) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_braces_stands_for_one_part() {
        assert!(matches("/labels/{id}", "/labels/7"));
        assert!(!matches("/labels/{id}", "/labels/"));
        assert!(!matches("/labels/{id}", "/labels/7/more"));
        assert!(!matches("/labels", "/label"));
    }
}
