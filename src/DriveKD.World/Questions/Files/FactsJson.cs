using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions.Files;

/// <summary>What is true of a scene, as a document.</summary>
internal static class FactsJson
{
    /// <summary>Names in small letters and underscores, as the other files have them.</summary>
    public static JsonSerializerOptions Layout { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Describes a scene.</summary>
    public static string Describe(SceneFacts facts) => JsonSerializer.Serialize(
        new
        {
            facts.Seed,
            TimeOfDay = facts.State.TimeOfDay.ToString(),
            Weather = facts.State.Weather.ToString(),
            EgoMetresPerSecond = facts.State.Ego.Speed,
            facts.IsFast,
            Light = facts.Light.ToString(),
            facts.HasCrossing,
            facts.LeftLineIsDashed,
            facts.RightLineIsDashed,
            facts.IsComplete,
            Best = facts.Best.ToString(),
            Reason = facts.Reason.ToString(),
            ReasonActor = facts.ReasonObject?.Actor.Id,
            CriticalActor = facts.Critical?.Actor.Id,
            Futures = facts.Futures.Select(future => new
            {
                Maneuver = future.Maneuver.ToString(),
                Fault = future.Fault.ToString(),
                Actor = future.ActorId,
                future.ProgressMetres,
            }),
            Objects = facts.Objects.Select(item => new
            {
                Actor = item.Actor.Id,
                Kind = item.Actor.Kind.ToString(),
                Colour = item.Actor.Color.ToString(),
                Side = item.Side.ToString(),
                Distance = item.Band.ToString(),
                Motion = item.Motion.ToString(),
                Next = item.Next.ToString(),
                item.IsUnique,
                X = item.Seen.CentreX,
                Y = item.Seen.CentreY,
                item.Seen.Share,
            }),
            Pairs = facts.Pairs.Select(pair => new { Actor = pair.ActorId, Other = pair.OtherId, pair.Yields, pair.IsClose }),
        },
        Layout);
}
