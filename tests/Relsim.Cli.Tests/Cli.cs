using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Relsim.Cli.Tests;

/// <summary>What a run of the program gave.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);
}

/// <summary>Runs the program, in this process or as a child of it.</summary>
internal static partial class Cli
{
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int exitCode = await CommandLine.RunAsync(Program.CreateRoot(), args, output, error);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    public static Process Start(params string[] args)
    {
        string dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        // A test run started in the background ignores SIGINT and hands that down; the child must hear it all the same.
        ProcessStartInfo start = new("env") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add(dotnet);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Relsim.Cli.dll"));
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        return Process.Start(start)!;
    }

    /// <summary>As Ctrl-C does.</summary>
    public static void Interrupt(Process process) => Assert.Equal(0, Kill(process.Id, 2));

    /// <summary>All commands with the words that lead to them.</summary>
    public static IEnumerable<(string[] Path, Command Command)> AllCommands()
    {
        static IEnumerable<(string[], Command)> Below(string[] path, Command command) =>
            command.Subcommands.SelectMany(sub => Below([.. path, sub.Name], sub)).Prepend((path, command));
        return Below([], Program.CreateRoot());
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
