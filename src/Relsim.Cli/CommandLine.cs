using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Runtime.InteropServices;
using Relsim.Datasets;
using Relsim.Evaluation.Services;
using Relsim.Imaging;
using Relsim.Search;
using Relsim.Torch.Native;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Hub;

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
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction)
        {
            // Standard output stays empty: whoever reads it expects results.
            await error.WriteLineAsync(Describe(parsed)).ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        if (FindUnknownOption(parsed) is { } unknown)
        {
            await error.WriteLineAsync($"error: Unrecognized option '{unknown}'. Write '--' before names that begin with '-'.").ConfigureAwait(false);
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
            await error.WriteLineAsync("Stopped. What was finished is kept, and no file is left half-written.").ConfigureAwait(false);
            return interrupt.ExitCode;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync($"error: {Explain(e)}").ConfigureAwait(false);
            return ExitCodes.Failed;
        }
    }

    /// <summary>One line an error, and where help is. The library's own report would color it whatever NO_COLOR says.</summary>
    private static string Describe(ParseResult parsed)
    {
        IEnumerable<string> lines = parsed.Errors.Select(error => $"error: {error.Message}");
        IList<Command> known = parsed.CommandResult.Command.Subcommands;
        if (known.Count > 0)
        {
            lines = lines.Append($"Known here: {string.Join(", ", known.Select(command => command.Name))}.");
        }

        return string.Join(Environment.NewLine, lines.Append($"See '{CommandPath(parsed)} --help'."));
    }

    private static string Explain(Exception e) => e switch
    {
        // What a method calls its parameter says nothing to who types a command.
        ArgumentException { ParamName: { } name } => e.Message.Split($" (Parameter '{name}')", 2)[0],
        // The runtime's own words name the file and no remedy.
        FileNotFoundException { FileName: { } file } when e.Message.StartsWith("Could not find file", StringComparison.Ordinal) =>
            $"{file}: there is no such file. Check the path; relative ones count from {Environment.CurrentDirectory}.",
        DirectoryNotFoundException when e.Message.StartsWith("Could not find a part of the path", StringComparison.Ordinal) =>
            $"{e.Message} A folder of it is missing; relative paths count from {Environment.CurrentDirectory}.",
        CommandException or ImageDecodeException or WeightsException or HubException or TorchLoadException or StoreMismatchException or StoreFormatException
            or ServiceException or DatasetFormatException or InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException => e.Message,
        DbException => $"the library or cache cannot be read or written: {e.Message}",
        _ => $"this is a fault of the program, please report it. {e}",
    };

    /// <summary>The parser takes an option that it does not know for an argument; here a misspelled option is not a file name.</summary>
    private static string? FindUnknownOption(ParseResult parsed)
    {
        HashSet<string> dashed = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value)
            .Where(value => value.Length > 1 && value[0] == '-')];
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens)
            .Select(token => token.Value).FirstOrDefault(dashed.Contains);
    }

    private static string CommandPath(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<Command> chain = [.. command.Parents.OfType<Command>(), command];
        return string.Join(' ', chain.Where(link => link is not RootCommand).Select(link => link.Name).Prepend("relsim"));
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
