// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A public record of finished cycles.
/// @notice Anybody may record a cycle's hash, once. The contract holds nothing and has no owner.
contract ChoirLedger {
    /// @notice A cycle was recorded.
    /// @param cycleHash The hash of the cycle's canonical form.
    /// @param threadHash The hash of the identifier of the thread that the cycle belongs to.
    /// @param author On whose behalf it was recorded; the sender vouches for it.
    event CycleRecorded(bytes32 indexed cycleHash, bytes32 indexed threadHash, address indexed author);

    /// @notice The cycle had been recorded before.
    error AlreadyRecorded(bytes32 cycleHash);

    /// @notice The number of threads is not that of the cycles.
    error LengthsDiffer();

    /// @notice Whether a cycle is recorded.
    mapping(bytes32 cycleHash => bool) public recorded;

    /// @notice Records a cycle; reverts with AlreadyRecorded if it is recorded.
    function record(bytes32 cycleHash, bytes32 threadHash, address author) external {
        if (recorded[cycleHash]) revert AlreadyRecorded(cycleHash);
        recorded[cycleHash] = true;
        emit CycleRecorded(cycleHash, threadHash, author);
    }

    /// @notice Records cycles, each with the thread at the same place. Leaves out those that are recorded.
    function recordMany(bytes32[] calldata cycleHashes, bytes32[] calldata threadHashes, address author) external {
        if (cycleHashes.length != threadHashes.length) revert LengthsDiffer();
        for (uint256 i = 0; i < cycleHashes.length; i++) {
            bytes32 cycleHash = cycleHashes[i];
            if (recorded[cycleHash]) continue;
            recorded[cycleHash] = true;
            emit CycleRecorded(cycleHash, threadHashes[i], author);
        }
    }

    /// @notice Whether each of the cycles is recorded.
    function recordedMany(bytes32[] calldata cycleHashes) external view returns (bool[] memory are) {
        are = new bool[](cycleHashes.length);
        for (uint256 i = 0; i < cycleHashes.length; i++) are[i] = recorded[cycleHashes[i]];
    }
}
