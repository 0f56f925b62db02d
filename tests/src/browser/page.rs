//! A page as somebody sees it and works on it. Every look waits until what is looked for is there.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{Key, WebDriver, WebElement};

use crate::{Outcome, wait};

/// The visible elements of a selector that hold a text.
const FIND: &str = "
    const [selector, text] = arguments;
    const seen = { opacityProperty: true, visibilityProperty: true };
    return [...document.querySelectorAll(selector)]
        .filter((one) => one.checkVisibility(seen) && one.textContent.includes(text));";

/// Whether the focused element fits a selector and holds a text.
const FOCUSED: &str = "
    const [selector, text] = arguments;
    const one = document.activeElement;
    return one !== null && one.matches(selector) && one.textContent.includes(text);";

/// Whether the element of a selector is wholly on the screen, and nothing lies over it.
const IN_REACH: &str = "
    const one = document.querySelector(arguments[0]);
    if (!one?.checkVisibility()) return 'not visible';
    const box = one.getBoundingClientRect();
    const inside = box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
    if (!inside || !box.width || !box.height) return `at ${JSON.stringify(box)}`;
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return one.contains(hit) || hit?.contains(one) ? '' : `under ${hit?.outerHTML.slice(0, 200)}`;";

/// How far the page reaches beyond the screen, to the side or below: only its parts may scroll.
/// Pixels.
const OVERHANG: &str = "
    const { scrollWidth, scrollHeight } = document.scrollingElement;
    return Math.max(scrollWidth - innerWidth, scrollHeight - innerHeight);";

/// How a page learns that nobody is logged in, or not any more, or by a wrong password. The browser
/// logs that, and it is no fault.
const EXPECTED: &str = "the server responded with a status of 401";

/// More stops than any page has.
const MOST_STOPS: usize = 60;

/// A page in a browser.
#[derive(Debug)]
pub struct Page {
    driver: WebDriver,
}

impl Page {
    pub(super) fn new(driver: WebDriver) -> Self {
        Self { driver }
    }

    /// Goes to an address.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn go(&self, url: &str) -> Outcome {
        Ok(self.driver.goto(url).await?)
    }

    /// Waits until an element of the selector is visible and holds the text.
    ///
    /// # Errors
    /// When it never is; with what the page says instead.
    pub async fn sees(&self, selector: &str, text: &str) -> Outcome<WebElement> {
        wait::until(&format!("{selector} with {text:?} is on the page"), async || {
            match self.find(selector, text).await?.into_iter().next() {
                Some(found) => Ok(found),
                None => Err(self.in_words().await?.into()),
            }
        })
        .await
    }

    /// Waits until so many elements of the selector are visible.
    ///
    /// # Errors
    /// When there are never so many; with what the page says instead.
    pub async fn counts(&self, selector: &str, count: usize) -> Outcome {
        wait::until(&format!("{count} of {selector} are on the page"), async || {
            let found = self.find(selector, "").await?.len();
            if found == count {
                return Ok(());
            }
            Err(format!("there are {found}; {}", self.in_words().await?).into())
        })
        .await
    }

    /// Clicks on what [`Page::sees`] finds.
    ///
    /// # Errors
    /// When it is never there, or cannot be clicked.
    pub async fn clicks(&self, selector: &str, text: &str) -> Outcome {
        wait::until(&format!("{selector} with {text:?} is clicked"), async || {
            let found = self.find(selector, text).await?;
            let first = found.first().ok_or("it is not on the page")?;
            Ok(first.click().await?)
        })
        .await
    }

    /// Clicks on what [`Page::sees`] finds, goes on in the window that opens, and closes the one
    /// before, as a phone shows one at a time.
    ///
    /// # Errors
    /// When nothing opens.
    pub async fn goes_to_what_opens(&self, selector: &str, text: &str) -> Outcome {
        let before = self.driver.window().await?;
        self.clicks(selector, text).await?;
        let opened = wait::until("a window opens", async || {
            let other = self.driver.windows().await?.into_iter().find(|one| *one != before);
            other.ok_or_else(|| "there is only one".into())
        })
        .await?;
        // The old one first learns where the new one is to go.
        self.driver.switch_to_window(opened.clone()).await?;
        self.until("the window has gone somewhere", "return location.href !== 'about:blank';", &[])
            .await?;
        self.driver.switch_to_window(before).await?;
        self.driver.close_window().await?;
        Ok(self.driver.switch_to_window(opened).await?)
    }

    /// Presses the keys of a text, wherever the focus is.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn types(&self, text: &str) -> Outcome {
        Ok(self.driver.action_chain().send_keys(text).perform().await?)
    }

    /// Presses one key.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn presses(&self, key: Key) -> Outcome {
        Ok(self.driver.action_chain().send_keys(key).perform().await?)
    }

    /// Presses one key while another is held.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn presses_with(&self, held: Key, key: Key) -> Outcome {
        let keys = self.driver.action_chain().key_down(held.clone()).send_keys(key).key_up(held);
        Ok(keys.perform().await?)
    }

    /// Writes into a field, as a person would who clicks into it first.
    ///
    /// # Errors
    /// When it is never there.
    pub async fn writes(&self, selector: &str, text: &str) -> Outcome {
        self.clicks(selector, "").await?;
        self.types(text).await
    }

    /// Presses Tab until the focus is on an element of the selector that holds the text.
    ///
    /// # Errors
    /// When the keyboard does not get there.
    pub async fn tabs_to(&self, selector: &str, text: &str) -> Outcome {
        self.sees(selector, text).await?;
        for _ in 0..MOST_STOPS {
            if self.asks(FOCUSED, &[selector, text]).await? {
                return Ok(());
            }
            self.presses(Key::Tab).await?;
        }
        Err(format!("Tab never gets to {selector} with {text:?}").into())
    }

    /// Waits until the focus is on an element of the selector.
    ///
    /// # Errors
    /// When it never is.
    pub async fn is_focused(&self, selector: &str) -> Outcome {
        self.until(&format!("{selector} has the focus"), FOCUSED, &[selector, ""]).await
    }

    /// The words of the label of the focused field, for those who cannot see where it stands.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn focused_label(&self) -> Outcome<String> {
        self.asks("return document.activeElement?.labels?.[0]?.textContent.trim() ?? '';", &[])
            .await
    }

    /// Waits until a script of the page returns true.
    ///
    /// # Errors
    /// When it never does; with what the page says.
    pub async fn until(&self, what: &str, script: &str, arguments: &[&str]) -> Outcome {
        wait::until(what, async || {
            if self.asks(script, arguments).await? {
                return Ok(());
            }
            Err(self.in_words().await?.into())
        })
        .await
    }

    /// What a script returns.
    ///
    /// # Errors
    /// What the driver says; when it returns something of another kind.
    pub async fn asks<T: DeserializeOwned>(&self, script: &str, with: &[&str]) -> Outcome<T> {
        let with: Vec<Value> = with.iter().map(|one| json!(one)).collect();
        Ok(self.driver.execute(script, with).await?.convert()?)
    }

    /// Becomes a phone: 375 pixels wide, in light or dark.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn becomes_a_phone(&self, scheme: &str) -> Outcome {
        let cdp = self.driver.cdp();
        let size = json!({ "width": 375, "height": 700, "deviceScaleFactor": 2, "mobile": true });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        cdp.send_raw("Emulation.setEmulatedMedia", scheme).await?;
        Ok(())
    }

    /// Waits until each element is wholly on the screen with nothing over it, and the page
    /// itself does not scroll.
    ///
    /// # Errors
    /// When it never is so.
    pub async fn has_in_reach(&self, selectors: &[&str]) -> Outcome {
        for selector in selectors {
            wait::until(&format!("{selector} is in reach"), async || {
                match self.asks::<String>(IN_REACH, &[selector]).await?.as_str() {
                    "" => Ok(()),
                    why => Err(why.into()),
                }
            })
            .await?;
        }
        match self.asks::<f64>(OVERHANG, &[]).await? {
            none if none <= 0.0 => Ok(()),
            some => Err(format!("the page is {some} pixels larger than the screen").into()),
        }
    }

    /// What the browser complained of since the last look: script errors, what the security policy
    /// stopped, calls that failed.
    ///
    /// # Errors
    /// What the driver says.
    pub async fn complaints(&self) -> Outcome<Vec<String>> {
        let log = self.driver.browser_log().await?;
        let bad = log.into_iter().filter(|entry| ["SEVERE", "WARNING"].contains(&&*entry.level));
        let words = bad.map(|entry| entry.message);
        Ok(words.filter(|words| !words.contains(EXPECTED)).collect())
    }

    /// Fails if the browser complained of anything but this.
    ///
    /// # Errors
    /// With the complaints.
    pub async fn forgives(&self, expected: &str) -> Outcome {
        let complaints = self.complaints().await?;
        let others: Vec<_> =
            complaints.into_iter().filter(|words| !words.contains(expected)).collect();
        if others.is_empty() { Ok(()) } else { Err(others.join("\n").into()) }
    }

    /// Fails if the browser complained of anything.
    ///
    /// # Errors
    /// With the complaints.
    pub async fn is_content(&self) -> Outcome {
        let complaints = self.complaints().await?;
        if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n").into()) }
    }

    /// Takes a picture of the page for people to look at, if SWITCHBOARD_TEST_PICTURES names a
    /// folder for them.
    ///
    /// # Errors
    /// What the driver says; when the picture cannot be kept.
    pub async fn poses(&self, name: &str) -> Outcome {
        if let Some(folder) = std::env::var_os("SWITCHBOARD_TEST_PICTURES") {
            let file = std::path::Path::new(&folder).join(format!("{name}.png"));
            self.driver.screenshot(&file).await?;
        }
        Ok(())
    }

    /// Closes it, if the browser complained of nothing.
    ///
    /// # Errors
    /// With the complaints.
    pub async fn closes(self) -> Outcome {
        self.is_content().await?;
        Ok(self.driver.quit().await?)
    }

    async fn find(&self, selector: &str, text: &str) -> Outcome<Vec<WebElement>> {
        let arguments = [json!(selector), json!(text)];
        Ok(self.driver.execute(FIND, arguments).await?.elements()?)
    }

    /// What is to be read on the page.
    async fn in_words(&self) -> Outcome<String> {
        let words: String = self.asks("return document.body.innerText;", &[]).await?;
        Ok(format!("the page says {words:?}"))
    }
}
