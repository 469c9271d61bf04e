using System.CommandLine;
using System.Text;
using DriveKD.Cli.Commands;
using DriveKD.Cli.Shell;

namespace DriveKD.Cli;

internal static class Program
{
    /// <summary>Every command of the program, in the order of the help text.</summary>
    public static RootCommand CreateRootCommand(Terminal terminal)
    {
        RootCommand root = new("Distil large driving vision-language models into a small one.");
        root.Add(QuickstartCommand.Create(terminal));
        root.Add(DataCommand.Create(terminal));
        root.Add(InspectCommand.Create(terminal));
        root.Add(ModelCommand.Create(terminal));
        root.Add(AskCommand.Create(terminal));
        root.Add(AttentionCommand.Create(terminal));
        root.Add(MeasureCommand.Create(terminal));
        root.Add(BenchCommand.Create(terminal));
        root.Add(VerifyCommand.Create(terminal));
        root.Add(DistillCommand.Create(terminal));
        root.Add(FinetuneCommand.Create(terminal));
        root.Add(TargetsCommand.Create(terminal));
        root.Add(ReportCommand.Create(terminal));
        root.Add(EvaluateCommand.Create(terminal));
        root.Add(CompareCommand.Create(terminal));
        root.Add(CompareWorkerCommand.Create(terminal));
        root.Add(ScoreCommand.Create(terminal));
        root.Add(JudgeCommand.Create(terminal));
        root.Add(CorruptCommand.Create(terminal));
        root.Add(PlanCommand.Create(terminal));
        root.Add(WorldCommand.Create(terminal));
        root.Add(WorldScoresCommand.Create(terminal));
        root.Add(StepWorkerCommand.Create(terminal));
        return root;
    }

    public static int Main(string[] args)
    {
        // Answers, names and file paths are Unicode whatever the locale says.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return CommandRunner.Run(CreateRootCommand(Terminal.Process), args, Terminal.Process);
    }
}
