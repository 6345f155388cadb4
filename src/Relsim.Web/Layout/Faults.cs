using Microsoft.Extensions.Logging;
using Relsim.Imaging;
using Relsim.Torch.Encoders;
using Relsim.Web.Api;

namespace Relsim.Web.Layout;

/// <summary>What a page says of an error: the message where it is meant for people, else where to look.</summary>
internal static partial class Faults
{
    /// <summary>A sentence or two for the page; an error that nobody foresaw is logged.</summary>
    public static string Explain(Exception error, ILogger logger)
    {
        if (error is ProblemException or ImageDecodeException or QueueFullException)
        {
            return error.Message;
        }

        LogFault(logger, error);
        return "The server failed at this; its log says why.";
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A page failed.")]
    private static partial void LogFault(ILogger logger, Exception error);
}
