namespace DriveKD.World.Futures;

/// <summary>Whether one object has to let another go first.</summary>
/// <param name="ActorId">Who is asked about.</param>
/// <param name="OtherId">Whom it may have to let go.</param>
/// <param name="Yields">It does: without the other, which was taken out of a fork of the world, it would have gone on.</param>
/// <param name="IsClose">They are near enough to each other that the answer is not plain from distance alone.</param>
public sealed record YieldPair(int ActorId, int OtherId, bool Yields, bool IsClose);
