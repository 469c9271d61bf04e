using System.CommandLine;
using DriveKD.Cli.Commands.Quickstarting;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd quickstart</c>: the whole method in minutes, on a driving world made here.</summary>
internal static class QuickstartCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<long> seed = new("--seed") { Description = "Chooses scenes, questions and the trainings' chance.", HelpName = "N", DefaultValueFactory = _ => 1 };
        Option<double> minutes = new("--minutes")
        {
            Description = "How long it may take: more scenes, longer trainings and more seeds with more time.",
            HelpName = "M",
            DefaultValueFactory = _ => 5,
        };
        Option<string> output = new("--out")
        {
            Description = "Folder to write: it must not exist or be empty. The page, the distilled student, the data and the comparison.",
            HelpName = "DIR",
            DefaultValueFactory = _ => Path.Combine("runs", "quickstart"),
        };
        Option<string?> assets = new("--assets") { Description = "The world's small models, where they are not assets/world of this program's repository.", HelpName = "DIR" };
        // For tests: seconds instead of minutes, and figures that say nothing.
        Option<bool> tiny = new("--tiny") { Hidden = true };
        Command command = new(
            "quickstart",
            "See the whole method in five minutes: teachers, students, one page. Needs no data and no network; makes a small driving world, scores three teachers, trains students with and without them, and compares both.")
        {
            seed, minutes, output, assets, tiny,
        };
        command.SetAction(parse =>
        {
            QuickstartRequest request = QuickstartRequest.Check(
                parse.GetValue(seed), parse.GetValue(minutes), parse.GetValue(output)!, parse.GetValue(assets), parse.GetValue(tiny), QuickstartRequest.MachineMemory());
            return new QuickstartSession(terminal, request).Run();
        });
        return command;
    }
}
