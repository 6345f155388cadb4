using System.Net;

namespace Relsim.Evaluation.Services;

/// <summary>A service cannot be reached, or did not do what it was asked. The message names the service, what is wrong and what to do; it never holds a key.</summary>
public sealed class ServiceException : Exception
{
    private static readonly string[] FormatWords = ["response_format", "json_schema", "structured output", "guided"];

    /// <summary>An error that is not an answer of the service.</summary>
    public ServiceException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>The HTTP status of the answer; null where there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>The service's own code of the error (<c>content_filter</c>), or null.</summary>
    public string? Code { get; init; }

    /// <summary>How long the service asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether nothing came back although the question was sent: the service may bill it all the same.</summary>
    public bool MayBeBilled { get; init; }

    /// <summary>Whether the connection failed, was cut, or took too long.</summary>
    public bool IsNetwork { get; init; }

    /// <summary>Too many questions at once: fewer must be asked.</summary>
    public bool IsThrottled => (Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) && !IsFatal;

    /// <summary>The same question may well be answered later.</summary>
    public bool IsTransient => IsThrottled || IsNetwork || (Status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or >= HttpStatusCode.InternalServerError
        and not HttpStatusCode.NotImplemented);

    /// <summary>No question will be answered until the user does something: wrong key, unknown model, no credit.</summary>
    public bool IsFatal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden or HttpStatusCode.NotFound
        || Code == "insufficient_quota";

    /// <summary>The service would not let its model see the question.</summary>
    public bool IsRefusal => Status == HttpStatusCode.BadRequest && Code is "content_filter" or "content_policy_violation";

    /// <summary>The service does not give answers in the form asked for.</summary>
    public bool IsUnsupportedFormat => Status is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotImplemented && !IsRefusal
        && FormatWords.Any(word => Message.Contains(word, StringComparison.OrdinalIgnoreCase));
}
