using System.CommandLine;
using Relsim.Cli.Doctor;

namespace Relsim.Cli.Commands;

/// <summary><c>relsim doctor</c>: whether everything that the program needs is there and works.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check the system, the native libraries and the model, and say what to do where something is wrong.");
        ModelOption model = ModelOption.AddTo(command);
        command.SetAction(parse =>
        {
            Finding[] findings = [.. SystemChecks.Run(() => model.Load(parse))];
            Output.Of(parse).Write(findings, console =>
            {
                var table = Output.CreateTable("part", "state", "found");
                foreach (Finding finding in findings)
                {
                    table.AddTextRow(finding.Part, finding.Health.ToString().ToLowerInvariant(), finding.Detail);
                    if (finding.Advice is { } advice)
                    {
                        table.AddTextRow("", "", $"-> {advice}");
                    }
                }

                console.Write(table);
            });
            return findings.Any(finding => finding.Health == Health.Failed) ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }
}
