//! A file that an agent uploaded, on its way out: Meta gets it first and gives it an id, or fetches it
//! from us by a link that is worth something to nobody else. (Instagram takes no uploads.)

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use secrecy::ExposeSecret;
use switchboard_chassis::clock;
use switchboard_domain::{
    Channel, Content, content,
    ids::{MediaId, MessageId, WorkspaceId},
};
use switchboard_graph::{Outcome, Upload};
use switchboard_media::MediaError;
use switchboard_store::{
    StoreError,
    media::{
        self, Media,
        uploads::{self, AtMeta},
    },
};

use crate::{
    account::Access,
    context::Context,
    outcome::{self, Known},
};

/// Meta forgets an upload for WhatsApp after 30 days; a day less is surely not too late.
const ON_WHATSAPP: Duration = Duration::from_secs(29 * 24 * 3_600);

/// And one for a Page after 90 days.
const ON_MESSENGER: Duration = Duration::from_secs(89 * 24 * 3_600);

/// Meta fetches a link when the message is sent. (Messenger Platform: within 75 seconds.)
const SHARED_FOR: Duration = Duration::from_secs(3_600);

/// Why a message cannot go out with its file.
pub(crate) enum Held {
    /// It never will; a sentence for the agent.
    Never(String),
    /// What is known of the call that gave the file to Meta.
    Call(Known),
}

impl From<String> for Held {
    fn from(sentence: String) -> Self {
        Self::Never(sentence)
    }
}

impl From<StoreError> for Held {
    fn from(error: StoreError) -> Self {
        Self::Call(Known::NotSent(error.to_string()))
    }
}

impl From<MediaError> for Held {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Absent => Self::Never(format!("The file cannot be sent: {error}.")),
            other => Self::Call(Known::NotSent(other.to_string())),
        }
    }
}

/// Sees to it that Meta can get at the files of a message that are ours.
pub(crate) async fn give(
    context: &Context,
    whose: (WorkspaceId, MessageId),
    access: &Access,
    content: &mut Content,
) -> Result<(), Held> {
    for file in content.files_mut() {
        give_one(context, whose, access, file).await?;
    }
    Ok(())
}

async fn give_one(
    context: &Context,
    (workspace, message): (WorkspaceId, MessageId),
    access: &Access,
    file: &mut content::Media,
) -> Result<(), Held> {
    let Some(id) = file.media_id.filter(|_| file.platform_id.is_none() && file.url.is_none())
    else {
        return Ok(());
    };
    let known = context.store.write(move |db| {
        uploads::goes_with(db, id, message)?;
        Ok((media::by_id(db, workspace, id)?, uploads::at_meta(db, workspace, id)?))
    });
    let (upload, at_meta) = known.await?;
    let gone = || Held::Never("The file is not there any more; upload it again.".into());
    let upload = upload.ok_or_else(gone)?;
    if access.channel == Channel::Instagram {
        file.url = Some(share(context, id, upload.filename.as_deref()).await?);
        return Ok(());
    }
    file.platform_id = Some(match at_meta.filter(|known| known.until > clock::now()) {
        Some(known) => known.platform_id,
        None => hand_over(context, access, &upload).await?,
    });
    Ok(())
}

async fn hand_over(context: &Context, access: &Access, upload: &Media) -> Result<String, Held> {
    let file = context.files.read(upload.workspace, upload.id, None).await?;
    let kind = upload.mime_type.clone().unwrap_or_else(|| "application/octet-stream".into());
    let name = upload.filename.clone().unwrap_or_else(|| "file".into());
    let body = Upload::new((kind, name), file.size, file.bytes);
    let auth = (&access.token, access.proof.as_ref().map(ExposeSecret::expose_secret));
    let (graph, node) = (&context.graph, access.node.as_str());
    let (given, keeps) = match access.channel {
        Channel::WhatsApp => (graph.upload_media(node, auth, body).await, ON_WHATSAPP),
        _ => (graph.upload_attachment(node, auth, (upload.kind, body)).await, ON_MESSENGER),
    };
    let platform_id = given.map_err(|outcome| Held::Call(read(access.channel, &outcome)))?;
    let (id, until) = (upload.id, clock::now().plus(keeps));
    let known = AtMeta { platform_id: platform_id.clone(), until };
    context.store.write(move |db| uploads::given_to_meta(db, id, &known)).await?;
    Ok(platform_id)
}

/// Giving a file twice does no harm, so doubt is no doubt here.
fn read(channel: Channel, outcome: &Outcome) -> Known {
    match outcome::read(channel, outcome) {
        Known::Unknown(why, _) => Known::NotSent(why),
        Known::Sent(_) => Known::NotSent("Meta named no id for the file".into()),
        known => known,
    }
}

/// A link for Meta alone: nobody can guess it, and it does not last.
async fn share(context: &Context, id: MediaId, name: Option<&str>) -> Result<String, Held> {
    let secret = BASE64.encode(rand::random::<[u8; 32]>());
    let url = context.shared_file(&secret, name.unwrap_or("file"));
    let url = url.map_err(|error| Held::Never(format!("ingress.public_url: {error}.")))?;
    let until = clock::now().plus(SHARED_FOR);
    context.store.write(move |db| uploads::share(db, id, &secret, until)).await?;
    Ok(url)
}
