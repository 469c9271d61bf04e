using System.CommandLine;
using DriveKD.Cli.Commands.Scoring;
using DriveKD.Evaluation.DriveBench.Records;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd score</c>: what a file of answers made elsewhere is worth.</summary>
internal static class ScoreCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> file = new("FILE") { Description = "A model's answers: DriveBench's list of questions with 'pred', or a DriveLM submission." };
        Option<string?> references = new("--references")
        {
            Description = "Questions with their reference answers: a DriveLM file (its tagged test form), or DriveBench's list. Needed for submissions.",
            HelpName = "FILE",
        };
        Option<bool> disagreements = new("--disagreements") { Description = "List the answers by letter that the published reading and the strict one read differently." };
        Option<bool> publishedLines = new("--published-lines")
        {
            Description = "Let a carriage return inside an answer shift all later answers of its task by one, as the published code does.",
        };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new(
            "score",
            "Score a file of answers as DriveBench and DriveLM do. A strict reading of option letters and 95 % intervals stand beside. "
            + "Exit code 0: scored; 1: no question could be.")
        {
            file, references, disagreements, publishedLines, json,
        };
        command.SetAction(parse => Run(
            terminal,
            parse.GetRequiredValue(file),
            parse.GetValue(references),
            new ScoreOptions { Lines = parse.GetValue(publishedLines) ? LineSeparators.AsPublished : LineSeparators.AsSpaces },
            parse.GetValue(disagreements),
            parse.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string file, string? references, ScoreOptions options, bool listsDisagreements, bool asJson)
    {
        ScoreReport report;
        using (ProgressLine progress = new(terminal))
        {
            AnswerFile answers = AnswerFile.Read(file, progress, terminal.Interrupted);
            report = ResultScorer.Score(answers, references is null ? null : ReferenceFile.Read(references), options, progress, terminal.Interrupted);
        }

        if (asJson)
        {
            terminal.WriteRaw(ScoreJson.Write(report, listsDisagreements));
        }
        else
        {
            ScoreTables.Write(terminal, report, listsDisagreements);
        }

        return report.Questions.Count > 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
