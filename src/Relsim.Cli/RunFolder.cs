using System.CommandLine;
using System.CommandLine.Parsing;
using Relsim.Evaluation.Reports;

namespace Relsim.Cli;

/// <summary>The folder of an evaluation: how a run began is written down before its results, and the page of all that the folder holds after them.</summary>
internal static class RunFolder
{
    /// <summary>Writes down command line, seed, inputs, versions and machine, or finds that the same run has begun before.</summary>
    /// <param name="folder">The folder, made where it is missing.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="inputs">Files that are read, apart from pictures.</param>
    /// <param name="models">The options of the models that compute, so that the tensor library's version and the device matter; null where none does.</param>
    public static void Begin(string folder, ParseResult parse, int seed, IEnumerable<string?> inputs, ModelOption? models = null) => Provenance.StartOrResume(folder, new RunDescription
    {
        Command = $"relsim evaluate {parse.CommandResult.Command.Name}",
        Arguments = [.. parse.Tokens.Where(token => token.Type != TokenType.Command).Select(token => token.Value)],
        Seed = seed,
        Inputs = [.. inputs.OfType<string>().Where(File.Exists)],
        UsesModels = models is not null,
        Accelerator = models?.FindAccelerator(parse),
    });

    /// <summary>Writes the page; returns its path.</summary>
    public static string WriteReport(string folder) => EvaluationReport.Write(folder);
}
