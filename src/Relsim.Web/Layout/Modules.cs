using Microsoft.JSInterop;

namespace Relsim.Web.Layout;

/// <summary>Ends what a page began in the browser.</summary>
internal static class Modules
{
    /// <summary>Closes what a module handed out, then lets go of both.</summary>
    public static async ValueTask CloseAsync(IJSObjectReference? attached, IJSObjectReference? module)
    {
        try
        {
            if (attached is not null)
            {
                await attached.InvokeVoidAsync("close").ConfigureAwait(false);
                await attached.DisposeAsync().ConfigureAwait(false);
            }

            if (module is not null)
            {
                await module.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone, and all of the page with it.
        }
    }
}
