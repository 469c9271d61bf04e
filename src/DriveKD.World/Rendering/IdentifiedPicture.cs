using DriveKD.Data.Imaging;

namespace DriveKD.World.Rendering;

/// <summary>A picture, and whose each of its pixels is.</summary>
/// <param name="Image">The same bytes as without ids.</param>
/// <param name="Ids">By row, as many as pixels: 0 for no actor, else the id of the actor that has most of the pixel's samples plus 1.</param>
/// <param name="Actors">One for every actor but ego, in the state's order.</param>
public sealed record IdentifiedPicture(RgbImage Image, int[] Ids, IReadOnlyList<Visibility> Actors)
{
    /// <summary>How much of an actor is seen.</summary>
    /// <param name="actorId">Its id.</param>
    /// <exception cref="ArgumentException">The state had no such actor.</exception>
    public Visibility Find(int actorId) =>
        Actors.FirstOrDefault(actor => actor.ActorId == actorId) ?? throw new ArgumentException($"there is no actor {actorId}.", nameof(actorId));
}
