//! VAT inside a gross price, and the one rounding of money.
//!
//! Municipal tariffs include VAT, so the gross amount is authoritative: the net is rounded, the VAT is what remains.

use crate::euro::Euro;

/// Hundredths of a percent in one whole.
const WHOLE_BP: i64 = 10_000;

/// A gross amount in its two parts; they always add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scorporo {
    /// Net amount.
    pub net: Euro,
    /// VAT.
    pub vat: Euro,
}

/// Splits a gross amount by a rate in hundredths of a percent. VAT reckoned from the net would break the total of
/// about one amount in twenty-five by a cent.
pub const fn split(total: Euro, rate_bp: i64) -> Scorporo {
    let net = Euro::from_cents(half_up(total.cents() * WHOLE_BP, WHOLE_BP + rate_bp));
    Scorporo { net, vat: Euro::from_cents(total.cents() - net.cents()) }
}

/// An amount less a percentage, in hundredths of a percent, rounded half up to the cent.
pub const fn less_percent(amount: Euro, rate_bp: i64) -> Euro {
    Euro::from_cents(half_up(amount.cents() * (WHOLE_BP - rate_bp), WHOLE_BP))
}

/// A quotient rounded half up; the divisor is positive.
const fn half_up(dividend: i64, divisor: i64) -> i64 {
    (2 * dividend + divisor).div_euclid(2 * divisor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn worked_examples() {
        for (total, net, vat) in [(8_100, 7_788, 312), (13, 13, 0), (65, 63, 2), (221, 213, 8), (0, 0, 0)] {
            let parts = split(Euro::from_cents(total), 400);
            assert_eq!((parts.net.cents(), parts.vat.cents()), (net, vat), "{total}");
        }
        assert_eq!(less_percent(Euro::from_cents(365), 1_500).cents(), 310);
        assert_eq!(less_percent(Euro::from_cents(450), 1_500).cents(), 383);
    }

    proptest! {
        #[test]
        fn the_parts_make_the_whole(cents in 0_i64..100_000_000_000, rate_bp in 0_i64..2_300) {
            let parts = split(Euro::from_cents(cents), rate_bp);
            prop_assert_eq!(parts.net.cents() + parts.vat.cents(), cents);
            prop_assert!(parts.vat.cents() >= 0);
            // The net is the nearest: with its exact VAT it misses the gross by at most half a cent, scaled.
            let miss = (parts.net.cents() * (10_000 + rate_bp) - cents * 10_000).abs();
            prop_assert!(2 * miss <= 10_000 + rate_bp);
        }
    }
}
