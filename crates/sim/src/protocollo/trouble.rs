//! What can be made to go wrong, each by a named switch: for every call or one action, once or always.

use std::sync::{Mutex, PoisonError};

/// Longest delay, in seconds.
const MAX_DELAY_S: u32 = 3_600;
/// Switches that can be on together.
const MAX_SWITCHES: usize = 20;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Trouble {
    /// The system does not work: 503, and nothing is done.
    #[serde(rename = "giu")]
    Down,
    /// The answer comes seconds later; what was asked is done at once.
    #[serde(rename = "lento")]
    Slow,
    /// What was asked is done, its answer is lost on the way: 504.
    #[serde(rename = "risposta_persa")]
    AnswerLost,
    /// The system says no.
    #[serde(rename = "rifiuto")]
    Refusal,
    /// A document that is prepared loses the instant of its arrival.
    #[serde(rename = "arrivo_perso")]
    ArrivalLost,
}

impl Trouble {
    /// All, in the order of the panel, with their words.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Down, "Il protocollo non risponde"),
        (Self::Slow, "Risposta in ritardo"),
        (Self::AnswerLost, "Fatto, ma la risposta si perde"),
        (Self::Refusal, "Il protocollo rifiuta"),
        (Self::ArrivalLost, "Data di arrivo persa"),
    ];

    /// Its name in the small language of tests.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// A switch that is on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// What goes wrong.
    #[serde(rename = "guasto")]
    pub trouble: Trouble,
    /// Seconds of delay.
    #[serde(rename = "secondi", default, skip_serializing_if = "Option::is_none")]
    pub delay_s: Option<u32>,
    /// Only for this action, such as `ProtocolPredisposed`.
    #[serde(rename = "azione", default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// How many times more; without it, until it is turned off.
    #[serde(rename = "volte", default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Switch {
    /// A switch for every call, until it is turned off.
    pub fn always(trouble: Trouble) -> Self {
        Self { trouble, delay_s: None, action: None, times: None }
    }

    /// A switch for the next call of one action.
    pub fn once(trouble: Trouble, action: &str) -> Self {
        Self { trouble, delay_s: None, action: Some(action.to_owned()), times: Some(1) }
    }
}

/// The switches.
#[derive(Default)]
pub struct Troubles(Mutex<Vec<Switch>>);

impl Troubles {
    /// Turns a switch on; one for the same thing and action is replaced.
    pub fn turn_on(&self, switch: Switch) -> Result<(), &'static str> {
        if switch.delay_s.is_some_and(|delay| delay > MAX_DELAY_S) {
            return Err("secondi: at most 3600");
        }
        if switch.times == Some(0) {
            return Err("volte: at least 1");
        }
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        on.retain(|other| other.trouble != switch.trouble || other.action != switch.action);
        if on.len() >= MAX_SWITCHES {
            return Err("too many switches");
        }
        on.push(switch);
        Ok(())
    }

    /// Turns all switches off.
    pub fn turn_off(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Those that are on.
    pub fn all(&self) -> Vec<Switch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The switch by which this goes wrong now; one with a number of times is used up.
    pub fn strikes(&self, trouble: Trouble, action: &str) -> Option<Switch> {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |one: &Switch| one.trouble == trouble && one.action.as_deref().is_none_or(|only| only == action);
        let place = on.iter().position(meant)?;
        let switch = on.get(place).cloned()?;
        match switch.times {
            None => {}
            Some(0 | 1) => drop(on.remove(place)),
            Some(times) => on[place].times = Some(times - 1),
        }
        Some(switch)
    }
}
