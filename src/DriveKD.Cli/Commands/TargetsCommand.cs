using System.CommandLine;
using System.Globalization;
using DriveKD.Cli.Commands.Training;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd targets</c>: a run's teachers ahead of it, so that the run needs none in memory. Teachers may be larger than the memory.</summary>
internal static class TargetsCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> recipe = new("RECIPE") { Description = "The recipe of a distillation; cache.folder says where its targets go." };
        Argument<string[]> overrides = new("KEY=VALUE") { Description = "Keys of the recipe to change.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new("targets", "Make a run's teacher targets ahead, so that it loads no teacher.") { recipe, overrides, json };
        command.SetAction(parse => Run(terminal, parse.GetRequiredValue(recipe), parse.GetValue(overrides) ?? [], parse.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string file, IReadOnlyList<string> overrides, bool asJson)
    {
        long begin = terminal.Time.GetTimestamp();
        ResolvedRecipe<DistillRecipe> recipe = PrecisionChoice.Settle(terminal, overrides, keys => RecipeReader.Read<DistillRecipe>(file, keys));
        TrainingSamples samples = TrainingSamples.Read(terminal, recipe);
        using TargetSession session = Open(terminal, recipe, samples);
        foreach (string streaming in session.Notices)
        {
            terminal.ErrorText.WriteLine(streaming);
        }

        double checkSeconds = terminal.Time.GetElapsedTime(begin).TotalSeconds;
        begin = terminal.Time.GetTimestamp();
        StoredTargets result;
        using (ProgressLine line = new(terminal, estimates: true))
        {
            result = session.Store(line, terminal.Interrupted);
        }

        string? notice = StoreNotice.Of(result.Store);
        if (asJson)
        {
            terminal.WriteRaw(TargetsDocument.Write(
                recipe,
                samples.Training.Count,
                result,
                checkSeconds,
                terminal.Time.GetElapsedTime(begin).TotalSeconds,
                [.. session.Notices, .. notice is null ? (string[])[] : [notice]]));
            return ExitCode.Done;
        }

        string holds = $"{recipe.Recipe.Cache.Folder} holds {ByteCount.Format(result.Store.Bytes)}";
        terminal.OutputText.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{result.Made} targets made, {result.There} were there, for {samples.Training.Count} samples; {holds}"));
        if (result.Numbers != StoredNumbers.Float32 && result.Made > 0)
        {
            string numbers = result.Numbers.ToString().ToLowerInvariant();
            terminal.OutputText.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"written as {numbers}: off by at most {result.LargestError:0.0e+0} of a target's largest number"));
        }

        if (notice is not null)
        {
            terminal.OutputText.WriteLine(notice);
        }

        terminal.OutputText.WriteLine("A run of the recipe with the same cache.folder reads them: ./drivekd distill " + string.Join(' ', [file, .. overrides]));
        return ExitCode.Done;
    }

    private static TargetSession Open(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, TrainingSamples samples)
    {
        using ProgressLine line = new(terminal);
        return TargetSession.Open(recipe, samples.Training, line, terminal.Interrupted);
    }
}
