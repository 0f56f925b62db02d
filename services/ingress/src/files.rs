//! Files that agents send, where Meta fetches them: only by a link with a secret in it, which
//! outbound makes when a message is sent and which does not last. (Instagram takes no uploads.)

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    web::{self, Data, Path, ServiceConfig},
};
use switchboard_chassis::{clock, problem::Problem};
use switchboard_media::MediaError;
use switchboard_store::media::uploads;

use crate::service::Ingress;

/// Adds the route.
pub(crate) fn mount(app: &mut ServiceConfig) {
    // The name is for whoever fetches it: Meta looks at how it ends.
    app.route("/meta/files/{secret}/{name}", web::get().to(get));
}

async fn get(
    ingress: Data<Ingress>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (secret, _) = path.into_inner();
    let now = clock::now();
    let known = match ingress.store.read(move |db| uploads::shared(db, &secret, now)).await {
        Ok(Some(known)) => known,
        Ok(None) => return Err(gone()),
        Err(error) => return Err(away(&error)),
    };
    let file = match ingress.files.read(known.workspace, known.id, None).await {
        Ok(file) => file,
        Err(MediaError::Absent) => return Err(gone()),
        Err(error) => return Err(away(&error)),
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((CONTENT_DISPOSITION, "attachment"))
        .content_type(known.mime_type.as_deref().unwrap_or("application/octet-stream"))
        .no_chunking(file.size)
        .streaming(file.bytes))
}

fn gone() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no-file", "There is no such file")
        .detail("The link has run out, or never was one.")
        .next_step("Send the message again: it gets a new link.")
}

fn away(error: &dyn std::fmt::Display) -> Problem {
    tracing::warn!(%error, "a file that Meta asked for cannot be read");
    Problem::of_status(StatusCode::SERVICE_UNAVAILABLE)
        .detail("Files cannot be read at the moment.")
        .next_step("Try again in a moment.")
}
