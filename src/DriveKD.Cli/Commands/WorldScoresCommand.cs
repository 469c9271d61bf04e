using System.CommandLine;
using DriveKD.Cli.Commands.Worlds.Building;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd world-scores</c>: a model's answers to the world's test questions; <c>drivekd world build</c> starts it.</summary>
internal static class WorldScoresCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "world-scores";

    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL") { Description = "The model folder." };
        Option<string> records = new("--records") { Description = "The questions.", HelpName = "FILE", Required = true };
        Option<string> images = new("--images") { Description = "Their pictures' folder.", HelpName = "DIR", Required = true };
        Option<string> output = new("--out") { Description = "Folder to write: answers and figures.", HelpName = "DIR", Required = true };
        Command command = new(Name, "Ask a model the world's test questions; drivekd world build starts this.") { model, records, images, output };
        command.Hidden = true;
        command.SetAction(parse => WorldScores.Make(
            terminal, parse.GetRequiredValue(model), parse.GetRequiredValue(records), parse.GetRequiredValue(images), parse.GetRequiredValue(output)));
        return command;
    }
}
