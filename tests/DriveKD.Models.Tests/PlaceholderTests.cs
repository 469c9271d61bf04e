namespace DriveKD.Models.Tests;
public class PlaceholderTests { [Fact] public void Repository_Found() => Assert.True(Directory.Exists(DriveKD.Tests.TestPaths.Repository)); }
