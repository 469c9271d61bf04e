using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.World.Questions;

/// <summary>How many scenes and questions a data set has.</summary>
public sealed record DatasetSettings
{
    private const int MostScenes = 1_000_000;

    /// <summary>Chooses the scenes and the questions.</summary>
    public ulong Seed { get; init; }

    /// <summary>Scenes in all.</summary>
    public required int Scenes { get; init; }

    /// <summary>Share of the scenes for training; only ratios of the three shares count.</summary>
    public double TrainShare { get; init; } = 80;

    /// <summary>Share for validation; 0 for none.</summary>
    public double ValidationShare { get; init; } = 10;

    /// <summary>Share for tests; 0 for none.</summary>
    public double TestShare { get; init; } = 10;

    /// <summary>Questions of each capability over all splits, which divide them as they divide the scenes; null for three times the scenes.</summary>
    public int? QuestionsPerCapability { get; init; }

    /// <summary>How questions are worded.</summary>
    public QuestionSettings Questions { get; init; } = new();

    /// <summary>Whether pictures stay in memory: three bytes a pixel for every scene.</summary>
    public bool KeepsPictures { get; init; }

    /// <summary>Threads; the machine's for null. The result does not depend on it.</summary>
    public int? Threads { get; init; }

    /// <summary>Checks all settings.</summary>
    /// <exception cref="InputException">Some cannot be: all of them are named.</exception>
    public void Check()
    {
        ProblemList problems = new();
        if (Scenes is < 1 or > MostScenes)
        {
            problems.Add("scenes", Words($"is {Scenes}; 1 to {MostScenes} are possible."));
        }

        if (QuestionsPerCapability is < 1)
        {
            problems.Add("questions", Words($"is {QuestionsPerCapability}; at least 1 per capability is needed."));
        }

        if (Threads is < 1)
        {
            problems.Add("threads", Words($"is {Threads}; at least 1 is needed."));
        }

        double[] shares = [TrainShare, ValidationShare, TestShare];
        if (Array.Exists(shares, share => !(share >= 0 && double.IsFinite(share))) || !(TrainShare > 0))
        {
            problems.Add("splits", Words($"is {TrainShare}/{ValidationShare}/{TestShare}; three shares are expected, none negative, that of training above 0, such as 80/10/10."));
        }
        else if (Scenes is >= 1 and <= MostScenes)
        {
            foreach ((string name, double share, int scenes) in Divide(Scenes))
            {
                if (share > 0 && scenes < 1)
                {
                    problems.Add("scenes", Words($"is {Scenes}, of which {name} gets none by its share {share}; take more scenes, or a share of 0 to leave {name} out."));
                }
            }
        }

        problems.ThrowIfAny();
    }

    /// <summary>Divides a number as the scenes are divided: rounded for validation and tests, the rest for training.</summary>
    /// <param name="count">What is divided.</param>
    internal (string Name, double Share, int Count)[] Divide(int count)
    {
        double all = TrainShare + ValidationShare + TestShare;
        int validation = (int)Math.Round(count * ValidationShare / all, MidpointRounding.AwayFromZero);
        int test = (int)Math.Round(count * TestShare / all, MidpointRounding.AwayFromZero);
        return
        [
            (WorldSplit.Train, TrainShare, count - validation - test),
            (WorldSplit.Validation, ValidationShare, validation),
            (WorldSplit.Test, TestShare, test),
        ];
    }

    private static string Words(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
