using System.Globalization;
using DriveKD.Runs.Folders;
using DriveKD.World.Actors;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>
/// Options and answers as questions of multiple choice have them, with the answer told before: <c>Near left blue. A. Red. B. Blue. C. Green.</c> is
/// answered <c>Near left blue: B</c>. What is left to learn is the letter, in the very form in which questions about pictures ask for it.
/// </summary>
internal static class ToldChoices
{
    private static readonly string[] _colors = Words<ActorColor>(WorldWords.Of);
    private static readonly string[] _kinds = Words<ActorKind>(WorldWords.Of);
    private static readonly string[] _motions = Words<Motion>(WorldWords.Of);
    private static readonly string[] _outcomes = Words<Outcome>(WorldWords.Of);
    private static readonly string[] _maneuvers = Words<EgoManeuver>(WorldWords.Of);
    private static readonly string[] _lights = [WorldWords.Of(LightView.Red), WorldWords.Of(LightView.Green), WorldWords.Of(LightView.None)];
    private static readonly string[] _counts = [.. Enumerable.Range(0, 7).Select(count => count.ToString(CultureInfo.InvariantCulture))];

    private static readonly string[] _places =
    [
        .. from band in Enum.GetValues<DistanceBand>()
           from side in Enum.GetValues<LaneSide>()
           where side != LaneSide.Elsewhere
           select WorldWords.Place(band, side),
    ];

    private static readonly string[] _looks = [.. from color in Enum.GetValues<ActorColor>() from kind in Enum.GetValues<ActorKind>() select WorldWords.Look(color, kind)];

    // Options, and what an answer among them may begin with; lights and counts are few, so they repeat early and come seldom.
    private static readonly (string[] Options, string[] Subjects)[] _groups =
    [
        (_colors, _places),
        (_kinds, _places),
        (_motions, _places),
        (_outcomes, _places),
        (_places, _looks),
        (_maneuvers, []),
        ([.. _looks.Select(look => "the " + look)], []),
        (_counts, []),
        (_lights, []),
    ];

    /// <summary>Draws a lesson: the answer without its letter, the options, and which of them is right.</summary>
    /// <param name="random">What is drawn from.</param>
    /// <param name="index">The lesson's number, by which the right letter is chosen so that all come equally often.</param>
    public static (string Told, string[] Options, int Right) Draw(RandomStream random, int index)
    {
        (string[] words, string[] subjects) = _groups[random.NextInt(_groups.Length)];
        string[] options = [.. words];
        random.Shuffle<string>(options);
        int count = 3 + random.NextInt(2);
        options = options[..Math.Min(count, options.Length)];
        int right = index % options.Length;
        string subject = subjects.Length == 0 ? "" : subjects[random.NextInt(subjects.Length)] + " ";
        return (WorldWords.Sentence(subject + options[right]), Array.ConvertAll(options, WorldWords.Sentence), right);
    }

    // Two outcomes may have the same words.
    private static string[] Words<T>(Func<T, string> of)
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(of).Distinct()];
}
