//! Steps that are done again while the portal is away.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::browser::Broken;

/// How long a client waits before it tries again what was not answered.
pub(crate) const AGAIN: Duration = Duration::from_millis(40);
/// Tries of one step before the drill has failed: about half a minute of an absent portal.
pub(crate) const TRIES_MAX: usize = 800;

/// What keeps a client trying while the portal is away.
#[derive(Default)]
pub(crate) struct Patience {
    tries: usize,
}

impl Patience {
    /// Waits a moment after a step without outcome; an error when the step has failed, or was tried too often.
    pub(crate) async fn wait(&mut self, broken: Broken) -> Result<()> {
        let why = match broken {
            Broken::Fault(fault) => bail!(fault),
            Broken::SignedOut => bail!("a session was lost"),
            Broken::Unavailable(why) => why,
        };
        self.tries += 1;
        if self.tries > TRIES_MAX {
            bail!("the portal stayed away: {why}");
        }
        tokio::time::sleep(AGAIN).await;
        Ok(())
    }
}

/// Does a step again while the portal is away. Of a parent who was signed out the session is begun anew first.
macro_rules! patiently {
    ($step:expr $(, $parent:expr)?) => {{
        let mut patience = $crate::patience::Patience::default();
        loop {
            match $step.await {
                Ok(done) => break done,
                Err(broken) => {
                    $(let broken = $crate::client::sign_in_again(broken, $parent).await;)?
                    patience.wait(broken).await?;
                }
            }
        }
    }};
}
pub(crate) use patiently;
