using System.CommandLine;
using System.Globalization;
using DriveKD.Cli.Commands.Corrupting;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd corrupt</c>: the faults of DriveBench on pictures of one's own.</summary>
internal static class CorruptCommand
{
    private const int DefaultSeverity = 3;

    public static Command Create(Terminal terminal)
    {
        Argument<string> input = new("IMAGE|FOLDER") { Description = "A picture, or a folder whose pictures (JPEG, PNG, WebP, BMP) are taken with all folders below." };
        Option<string[]> kinds = new("--kind")
        {
            Description = $"all (the fifteen faults), or names: {string.Join(", ", CorruptionCatalog.All.Select(info => info.Name))}. Separate several by commas. What cannot be made here is left out of all, and said; named, it is an error.",
            HelpName = "NAME[,NAME]",
            DefaultValueFactory = _ => [CorruptionCatalog.AllName],
        };
        Option<int> severity = new("--severity") { Description = "1 (light) to 5 (heavy).", HelpName = "S", DefaultValueFactory = _ => DefaultSeverity };
        Option<bool> published = new("--published") { Description = "Take for each kind the severity that was found for DriveBench; where none was found, --severity." };
        Option<long> seed = new("--seed") { Description = "The same seed, picture, kind and severity give the same result.", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<string> output = new("--out")
        {
            Description = "Folder to write: it must not exist or be empty. OUT/KIND/ holds the pictures under their own paths, OUT/contact-sheet.png shows the kinds, OUT/corruptions.json says what was done.",
            HelpName = "DIR",
            Required = true,
        };
        Option<PictureForm> format = new("--format")
        {
            Description = "auto writes JPEG (quality 95) for JPEG and PNG for all else; png, without loss, and jpeg for all.",
            HelpName = "FORM",
            DefaultValueFactory = _ => PictureForm.Auto,
        };
        Option<bool> skip = new("--skip-unavailable") { Description = "Leave out named kinds too that this machine (no ffmpeg) or their tables (no such severity) cannot make; they are counted." };
        Command command = new("corrupt", "Corrupt pictures with the fifteen faults of DriveBench.")
        {
            input, kinds, severity, published, seed, output, format, skip,
        };
        command.SetAction(parse =>
        {
            IReadOnlyList<CorruptionInfo> chosen = CorruptionCatalog.Parse((parse.GetValue(kinds) ?? []).SelectMany(names => names.Split(',')), "--kind");
            bool leavesOut = parse.GetValue(skip) || (parse.GetValue(kinds) ?? []).Any(names => names.Split(',').Any(name => name.Trim().Equals(CorruptionCatalog.AllName, StringComparison.OrdinalIgnoreCase)));
            CorruptionPlan plan = CorruptionPlan.Make(chosen, RequireSeverity(parse.GetValue(severity)), parse.GetValue(published), leavesOut);
            return new CorruptRun(terminal, plan, parse.GetValue(seed), parse.GetValue(format))
                .Run(parse.GetRequiredValue(input), parse.GetRequiredValue(output));
        });
        return command;
    }

    private static int RequireSeverity(int severity) => severity is >= 1 and <= 5
        ? severity
        : throw new InputException("--severity", string.Create(CultureInfo.InvariantCulture, $"is {severity}; 1 to 5 are possible."));
}
