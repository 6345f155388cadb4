using Microsoft.AspNetCore.Http;

namespace Relsim.Web.Api;

/// <summary>A request cannot be answered, for a reason that its sender can do something about; the message says what, and is shown as it is.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>With the status of HTTP that it is answered with.</summary>
    public ProblemException(int status, string message, TimeSpan? retryAfter = null)
        : base(message) => (Status, RetryAfter) = (status, retryAfter);

    /// <summary>Status of HTTP, 400 to 503.</summary>
    public int Status { get; }

    /// <summary>When to try again, where that helps.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The request itself is at fault.</summary>
    public static ProblemException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>A picture that is not there, or no longer.</summary>
    public static ProblemException NoPicture(string id) => new(
        StatusCodes.Status404NotFound, $"There is no picture '{(id.Length > 40 ? $"{id[..40]}..." : id)}'. An uploaded one is kept for a while only: send it again. A library's may have been removed.");
}
