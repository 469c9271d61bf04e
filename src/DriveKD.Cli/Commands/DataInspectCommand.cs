using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Samples.Inspection;
using DriveKD.Data.Text;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd data inspect</c>: what a record file holds, what is wrong with it, what it shares with another.</summary>
internal static class DataInspectCommand
{
    private static readonly JsonSerializerOptions _jsonLayout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        // Object tags stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("FILE") { Description = "Record file: Drive-KD, DriveLM v1.1 or DriveBench JSON." };
        Option<string?> images = new("--images") { Description = "Folder under which the pictures lie; without it pictures are not looked for.", HelpName = "ROOT" };
        Option<string?> against = new("--against") { Description = "Another record file: lists the scenes, frames, pictures and questions that both share.", HelpName = "FILE" };
        Option<string?> model = new("--model") { Description = "Model folder whose tokenizer measures the texts.", HelpName = "FOLDER" };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new(
            "inspect",
            "Count what a record file holds; list its faults, repetitions and leakage. Exit code 0: sound; 1: faults, or something shared with --against.")
        {
            file, images, against, model, json,
        };
        command.SetAction(parse => Run(
            terminal,
            parse.GetRequiredValue(file),
            new InspectionOptions
            {
                ImageRoot = parse.GetValue(images),
                Against = parse.GetValue(against),
                CountTokens = parse.GetValue(model) is string folder ? TokenCounter(folder) : null,
            },
            parse.GetValue(json)));
        return command;
    }

    // Special tokens in a record's text are counted as the tokens that training would make of them.
    private static Func<string, int> TokenCounter(string folder)
    {
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        return text => tokenizer.Encode(text).Length;
    }

    private static int Run(Terminal terminal, string file, InspectionOptions options, bool asJson)
    {
        DataInspection inspection;
        using (ProgressLine progress = new(terminal))
        {
            inspection = DataInspector.Inspect(file, options, progress, terminal.Interrupted);
        }

        if (asJson)
        {
            terminal.WriteRaw(JsonSerializer.Serialize(inspection, _jsonLayout));
        }
        else
        {
            InspectionReport.Write(terminal, inspection);
        }

        return inspection.IsSound ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
