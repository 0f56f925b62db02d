//! Where a customer came from.
//!
//! Sources: Messenger Platform "messaging_referrals" and "messages" (referral), Instagram the same,
//! WhatsApp "Messages" (referral of click-to-WhatsApp ads).

use switchboard_domain::content::Referral;

use crate::json::Object;

/// The referral under this key, if it says anything.
pub(super) fn under(key: &str, around: &Object<'_>) -> Option<Box<Referral>> {
    let referral = read(&around.object(key)?);
    (referral != Referral::default()).then(|| Box::new(referral))
}

/// A referral of any of the products: they share no key with two meanings.
pub(super) fn read(of: &Object<'_>) -> Referral {
    let ad = of.object("ads_context_data");
    let in_ad = |key: &str| ad.as_ref().and_then(|ad| ad.word(key));
    let product = of.object("product").and_then(|product| product.word("id"));
    let is_ad = of.text("source_type").is_some_and(|kind| kind == "ad");
    Referral {
        source: of.word("source").or_else(|| of.word("source_type")),
        reference: of.word("ref"),
        ad_id: of.word("ad_id").or_else(|| of.word("source_id").filter(|_| is_ad)),
        title: in_ad("ad_title").or_else(|| of.word("headline")),
        body: of.word("body"),
        url: of.word("referer_uri").or_else(|| of.word("source_url")),
        image_url: in_ad("photo_url")
            .or_else(|| in_ad("video_url"))
            .or_else(|| of.word("image_url"))
            .or_else(|| of.word("thumbnail_url")),
        product_id: product.or_else(|| in_ad("product_id")),
        click_id: of.word("ctwa_clid"),
    }
}
