namespace Relsim.Torch.Weights.Hub;

/// <summary>Why the model store could not do what was asked.</summary>
public enum HubFailure
{
    /// <summary>Something else; the message says what.</summary>
    Unknown,

    /// <summary>An id, a revision or an option cannot be understood.</summary>
    BadName,

    /// <summary>The model, the revision or a file is not on the hub.</summary>
    NotFound,

    /// <summary>The hub wants a token, or does not take the one it got.</summary>
    Unauthorized,

    /// <summary>The model's licence must be accepted first, or the account may not read it.</summary>
    Forbidden,

    /// <summary>The hub asks for fewer requests.</summary>
    RateLimited,

    /// <summary>The hub failed, or the connection did, as often as it was tried.</summary>
    Unavailable,

    /// <summary>The hub's answer contradicts itself or is not safe to follow.</summary>
    BadAnswer,

    /// <summary>What arrived has another checksum or size than the hub says.</summary>
    Damaged,

    /// <summary>The disk has no room.</summary>
    NoSpace,

    /// <summary>It is not in the cache, and the network was not asked.</summary>
    NotCached,

    /// <summary>Another process works on the same files.</summary>
    Busy,
}

/// <summary>A model could not be pulled, found or removed; the message says what was wrong and what to do, and never holds a token.</summary>
public sealed class HubException : Exception
{
    /// <summary>An error without further details.</summary>
    public HubException()
        : base("The model store cannot do that.")
    {
    }

    /// <summary>An error with its whole message.</summary>
    public HubException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its whole message and the exception behind it.</summary>
    public HubException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error of a kind, with its whole message and the exception behind it, where there is one.</summary>
    public HubException(HubFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>The kind of failure, for programs.</summary>
    public HubFailure Failure { get; }
}
