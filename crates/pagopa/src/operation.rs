//! The operations that the node calls. Not what they do.

/// An operation of `paForNode.wsdl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// What does a notice say now?
    VerifyPaymentNotice,
    /// Somebody is about to pay a notice: to whom, how much.
    GetPayment,
    /// The same, second version.
    GetPaymentV2,
    /// A receipt.
    SendRt,
    /// The same, second version.
    SendRtV2,
    /// A payment without a notice, begun at a payment service provider: not offered by us.
    DemandPaymentNotice,
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::VerifyPaymentNotice,
        Self::GetPayment,
        Self::GetPaymentV2,
        Self::SendRt,
        Self::SendRtV2,
        Self::DemandPaymentNotice,
    ];

    /// Name of the operation, which is kept beside the raw call.
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyPaymentNotice => "paVerifyPaymentNotice",
            Self::GetPayment => "paGetPayment",
            Self::GetPaymentV2 => "paGetPaymentV2",
            Self::SendRt => "paSendRT",
            Self::SendRtV2 => "paSendRTV2",
            Self::DemandPaymentNotice => "paDemandPaymentNotice",
        }
    }

    /// Local name of the element that asks.
    pub const fn request(self) -> &'static str {
        match self {
            Self::VerifyPaymentNotice => "paVerifyPaymentNoticeReq",
            Self::GetPayment => "paGetPaymentReq",
            Self::GetPaymentV2 => "paGetPaymentV2Request",
            Self::SendRt => "paSendRTReq",
            Self::SendRtV2 => "paSendRTV2Request",
            Self::DemandPaymentNotice => "paDemandPaymentNoticeRequest",
        }
    }

    /// Local name of the element that answers.
    pub const fn response(self) -> &'static str {
        match self {
            Self::VerifyPaymentNotice => "paVerifyPaymentNoticeRes",
            Self::GetPayment => "paGetPaymentRes",
            Self::GetPaymentV2 => "paGetPaymentV2Response",
            Self::SendRt => "paSendRTRes",
            Self::SendRtV2 => "paSendRTV2Response",
            Self::DemandPaymentNotice => "paDemandPaymentNoticeResponse",
        }
    }

    /// The operation that an element with this local name asks for.
    pub fn of_request(local: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.request() == local)
    }
}
