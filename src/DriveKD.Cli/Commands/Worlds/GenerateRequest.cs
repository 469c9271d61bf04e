using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.World.Futures;
using DriveKD.World.Questions;
using DriveKD.World.Questions.Files;
using DriveKD.World.Scenes;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>What to generate.</summary>
/// <param name="Files">What is written.</param>
/// <param name="World">What scenes are drawn from.</param>
/// <param name="Facts">How facts are found.</param>
internal sealed record GenerateRequest(DatasetFileSettings Files, WorldSettings World, FactSettings Facts)
{
    private const int LeastSide = 28;
    private const int MostSide = 2048;

    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="InputException">Something is impossible: all of it at once.</exception>
    public static GenerateRequest Check(
        int scenes, ulong seed, string level, int size, string cameras, string references, string splits, int? questions, bool isOpenOnly, bool isLetterOnly, bool hasFacts)
    {
        ProblemList problems = new();
        Difficulty difficulty = Choose<Difficulty>(problems, "--level", level);
        ReferenceForm form = Choose<ReferenceForm>(problems, "--references", references);
        if (cameras is not ("front" or "all"))
        {
            problems.Add("--cameras", $"is '{cameras}'; front or all is expected.");
        }

        if (size is < LeastSide or > MostSide)
        {
            problems.Add("--size", string.Create(CultureInfo.InvariantCulture, $"is {size}; {LeastSide} to {MostSide} pixels are possible."));
        }

        if (isOpenOnly && isLetterOnly)
        {
            problems.Add("--letter-only", "says how multiple choice is answered, and --open-only leaves multiple choice out: give one of them.");
        }

        string[] parts = splits.Split('/');
        double[] shares = [.. parts.Select(part => double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) ? share : double.NaN)];
        if (shares.Length != 3 || Array.Exists(shares, double.IsNaN))
        {
            problems.Add("--splits", $"is '{splits}'; three shares are expected, such as 80/10/10.");
            shares = [80, 10, 10];
        }

        DatasetSettings data = new()
        {
            Seed = seed,
            Scenes = scenes,
            TrainShare = shares[0],
            ValidationShare = shares[1],
            TestShare = shares[2],
            QuestionsPerCapability = questions,
            Questions = new QuestionSettings
            {
                References = form,
                Answers = isLetterOnly ? AnswerForm.LetterOnly : AnswerForm.WordAndLetter,
                HasChoices = !isOpenOnly,
            },
        };
        try
        {
            data.Check();
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems.Select(problem => problem with { Where = "--" + problem.Where }));
        }

        problems.ThrowIfAny();
        BuildInfo build = BuildInfo.OfThisProgram;
        return new GenerateRequest(
            new DatasetFileSettings
            {
                Data = data,
                Level = level,
                HasAllCameras = cameras == "all",
                HasFacts = hasFacts,
                Program = $"drivekd {build.Version}",
                Commit = build.Commit is null ? null : build.Commit + (build.HasUncommittedChanges ? " with uncommitted changes" : ""),
            },
            new WorldSettings { Difficulty = difficulty },
            new FactSettings { Size = size });
    }

    private static T Choose<T>(ProblemList problems, string option, string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        problems.Add(option, $"is '{text}'; expected is one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}.");
        return default;
    }
}
