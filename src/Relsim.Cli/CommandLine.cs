using System.CommandLine;
using System.CommandLine.Invocation;
using System.Data.Common;
using System.Runtime.InteropServices;
using Relsim.Datasets;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;

namespace Relsim.Cli;

/// <summary>Runs a command line: exit codes, one line for each expected error, and an orderly end at Ctrl-C or SIGTERM.</summary>
internal static class CommandLine
{
    // An argument that begins with @ is a file name here, not a list of further arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter output, TextWriter error)
    {
        ParseResult parsed = root.Parse(args, Parsing);
        // Exceptions and signals are handled here, the same way for all commands.
        var invocation = new InvocationConfiguration
        {
            Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction usage)
        {
            usage.ShowHelp = false;
            // Standard output stays empty: whoever reads it expects results.
            invocation.Output = error;
            await parsed.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
            await error.WriteLineAsync($"See '{CommandPath(parsed)} --help'.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        using var interrupt = new Interrupt();
        try
        {
            return await parsed.InvokeAsync(invocation, interrupt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped. What was finished before is kept; the same command goes on from there.").ConfigureAwait(false);
            return interrupt.ExitCode;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync(IsExpected(e) ? $"error: {e.Message}" : $"error: this is a fault of the program, please report it. {e}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    private static bool IsExpected(Exception e) => e is CommandException or ImageDecodeException or WeightsException or TorchLoadException
        or StoreMismatchException or StoreFormatException or DatasetFormatException or InvalidDataException or IOException
        or UnauthorizedAccessException or ArgumentException or DbException;

    private static string CommandPath(ParseResult parsed)
    {
        IEnumerable<string> names = parsed.CommandResult.Command.Parents.OfType<Command>()
            .Where(parent => parent is not RootCommand).Select(parent => parent.Name).Append(parsed.CommandResult.Command.Name);
        return string.Join(' ', names.Prepend("relsim").Where((name, i) => i == 0 || parsed.CommandResult.Command is not RootCommand));
    }

    /// <summary>Turns the first Ctrl-C or SIGTERM into a cancelled token; a second one ends the process at once.</summary>
    private sealed class Interrupt : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly PosixSignalRegistration _int;
        private readonly PosixSignalRegistration _term;

        public Interrupt()
        {
            _int = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted));
            _term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated));
        }

        public CancellationToken Token => _source.Token;

        public int ExitCode { get; private set; }

        public void Dispose()
        {
            _int.Dispose();
            _term.Dispose();
            _source.Dispose();
        }

        private void Stop(PosixSignalContext context, int exitCode)
        {
            if (!_source.IsCancellationRequested)
            {
                context.Cancel = true;
                ExitCode = exitCode;
                _source.Cancel();
            }
        }
    }
}
