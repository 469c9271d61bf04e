using System.Text.Json;
using DriveKD.Evaluation.Judge;

namespace DriveKD.Tests;

/// <summary>Replies of a judge.</summary>
internal static class JudgeReplies
{
    /// <summary>In the form that is asked for.</summary>
    public static string Of(Rubric rubric, int[] points, string reason = "because") => JsonSerializer.Serialize(new
    {
        points = rubric.Criteria.Zip(points).ToDictionary(pair => pair.First.Name, pair => pair.Second),
        total = points.Sum(),
        reason,
    });

    /// <summary>Full points for whatever sheet a message holds.</summary>
    public static string Full(string message)
    {
        Rubric rubric = Rubrics.All.Single(rubric => rubric.Criteria.All(criterion => message.Contains($". {criterion.Name} (", StringComparison.Ordinal)));
        return Of(rubric, [.. rubric.Criteria.Select(criterion => criterion.Points)]);
    }
}
